import { expect } from "chai";
import { errorFunction } from "./errorFunction.ts";
import type { UnaryFunction } from "./types.ts";
import { unaryFunction } from "./unaryFunctions.ts";

describe("errorFunction", () => {
  it("gives the values of the published tables", () => {
    // Abramowitz and Stegun, table 7.1, and the complement at 4 from table 7.3.
    for (const [x, y] of [
      [0, 0],
      [0.1, 0.1124629160182849],
      [0.5, 0.5204998778130465],
      [1, 0.8427007929497149],
      [2, 0.9953222650189527],
      [3, 0.9999779095030014],
      [4, 0.9999999845827421],
      [10, 1],
    ] as const) {
      expect(errorFunction(x)).to.be.closeTo(y, 1e-9);
      expect(errorFunction(-x)).to.be.closeTo(-y, 1e-9);
    }
    expect(errorFunction(Infinity)).to.equal(1);
    expect(errorFunction(-Infinity)).to.equal(-1);
    expect(errorFunction(NaN)).to.be.NaN;
  });

  it("has no step where series and fraction meet", () => {
    const slope = (2 / Math.sqrt(Math.PI)) * Math.exp(-9);
    expect(errorFunction(3 + 1e-6) - errorFunction(3 - 1e-6)).to.be.closeTo(slope * 2e-6, 1e-14);
  });
});

describe("unaryFunction", () => {
  const cases: [UnaryFunction, number, number][] = [
    [{ kind: "clip", lo: 0, hi: 6 }, 7, 6],
    [{ kind: "clip", lo: 0, hi: Infinity }, -7, 0],
    [{ kind: "leakyRelu", alpha: 0.1 }, -2, -0.2],
    [{ kind: "elu", alpha: 2 }, -1, 2 * (Math.exp(-1) - 1)],
    [{ kind: "selu" }, 1, 1.0507009873554805],
    [{ kind: "selu" }, -100, -1.7580993408473766],
    [{ kind: "sigmoid" }, Math.log(3), 0.75],
    [{ kind: "sigmoid" }, -1000, 0],
    [{ kind: "hardSigmoid", alpha: 0.2, beta: 0.5 }, 1, 0.7],
    [{ kind: "tanh" }, Math.log(2), 0.6],
    [{ kind: "gelu", approximate: false }, 1, 0.8413447460685429],
    [{ kind: "gelu", approximate: true }, 1, 0.8411919906082768],
    [{ kind: "swish" }, Math.log(3), 0.75 * Math.log(3)],
    [{ kind: "mish" }, 1, 0.8650983882673103],
    [{ kind: "hardSwish" }, 1, 4 / 6],
    [{ kind: "hardSwish" }, -4, 0],
    [{ kind: "softplus" }, 0, Math.LN2],
    [{ kind: "softplus" }, 800, 800],
    [{ kind: "softsign" }, -3, -0.75],
    [{ kind: "erf" }, 1, 0.8427007929497149],
    [{ kind: "exp" }, 1, Math.E],
    [{ kind: "log" }, Math.E, 1],
    [{ kind: "sqrt" }, 9, 3],
    [{ kind: "reciprocal" }, 4, 0.25],
    [{ kind: "square" }, -3, 9],
    [{ kind: "abs" }, -3, 3],
    [{ kind: "sign" }, -3, -1],
    [{ kind: "floor" }, -1.5, -2],
  ];
  for (const [f, x, y] of cases) {
    it(`gives ${JSON.stringify(f)} of ${x}`, () => expect(unaryFunction(f)(x)).to.be.closeTo(y, 1e-12));
  }
});
