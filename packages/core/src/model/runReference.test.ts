import { expect } from "chai";
import { expectError } from "../testing/expectError.ts";
import { tinyConvModel, tinyDenseModel } from "../testing/smallModels.ts";
import { randomInput, randomModel } from "../testing/randomModel.ts";
import { accumulatorIntervals, modelBounds } from "./intervals.ts";
import { requantize } from "./requantize.ts";
import { argmax, runReference } from "./runReference.ts";

describe("runReference", () => {
  it("refuses an input of the wrong length, or of another type", () => {
    expectError(() => runReference(tinyDenseModel(), new Uint8Array(2)), "INPUT_INVALID", /2 bytes; the model takes 3/);
    expectError(() => runReference(tinyDenseModel(), [1, 2, 3] as never), "INPUT_INVALID", /Uint8Array/);
  });

  it("computes a dense network as by hand", () => {
    const trace = runReference(tinyDenseModel("scores"), Uint8Array.of(10, 20, 2));
    // hidden: 10 + 60 − 10 + 7 = 67, −20 + 80 + 12 − 8 = 64; (67 + 1) / 2 = 34, (64 + 4) / 8 = 8.5
    expect(trace.accumulators.map((acc) => [...acc])).to.deep.equal([
      [67, 64],
      [49, -26],
    ]);
    expect(trace.activations.map((act) => [...act])).to.deep.equal([[34, 8]]);
    expect([...trace.output]).to.deep.equal([49, -26]);
    expect([...runReference(tinyDenseModel(), Uint8Array.of(10, 20, 2)).output]).to.deep.equal([0]);
  });

  it("computes a padded, strided convolution as by hand", () => {
    const trace = runReference(tinyConvModel(), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9));
    // Windows from (0,0), (0,2), (2,0), (2,2); beyond the edge are zeros.
    expect([...trace.accumulators[0]!]).to.deep.equal([1 + 4 + 12 + 20 - 3, 3 + 18 - 3, 7 + 16 - 3, 9 - 3]);
    expect([...trace.activations[0]!]).to.deep.equal([9, 5, 5, 2]);
    expect([...trace.output]).to.deep.equal([9 + 5 - 2, 5 + 5 + 4 + 1]);
  });

  it("keeps every accumulator and activation within its interval", () => {
    for (let seed = 0; seed < 200; seed++) {
      const model = randomModel(seed);
      const trace = runReference(model, randomInput(seed, model.inputShape));
      const intervals = accumulatorIntervals(model);
      trace.accumulators.forEach((acc, k) => {
        const { lo, hi } = { lo: intervals[k]!.map((i) => i.lo), hi: intervals[k]!.map((i) => i.hi) };
        acc.forEach((value, index) => expect(value).to.be.within(lo[index % lo.length]!, hi[index % hi.length]!));
      });
    }
  });
});

describe("modelBounds", () => {
  it("gives intervals that an input reaches", () => {
    const [hidden] = modelBounds(tinyDenseModel());
    expect(hidden!.accumulators).to.deep.equal([
      { lo: -5 * 255 + 7, hi: 4 * 255 + 7 },
      { lo: -2 * 255 - 8, hi: 10 * 255 - 8 },
    ]);
    expect(hidden!.outputs).to.deep.equal([
      { lo: 0, hi: 255 },
      { lo: 0, hi: 255 },
    ]);
    expect(hidden!.executionBound).to.equal(12 * 255 + 8 + 4);
  });
});

describe("requantize", () => {
  const cases: [acc: number, shift: number, lo: number, hi: number, expected: number][] = [
    [-3, 1, -128, 127, -1], // (−3 + 1) / 2
    [-4, 1, -128, 127, -2], // −1.5 rounds down
    [3, 1, -128, 127, 2],
    [-1, 0, -128, 127, -1],
    [-5, 0, 0, 255, 0],
    [256, 0, 0, 255, 255],
    [510, 1, 0, 255, 255],
    [509, 1, 0, 255, 255],
    [508, 1, 0, 255, 254],
    [-(2 ** 23), 23, -128, 127, -1],
    [-(2 ** 22), 23, -128, 127, 0],
    [-(2 ** 22) - 1, 23, -128, 127, -1],
  ];
  for (const [acc, shift, lo, hi, expected] of cases) {
    it(`takes ${acc} by a shift of ${shift} within [${lo}, ${hi}] to ${expected}`, () => {
      expect(requantize(acc, shift, lo, hi)).to.equal(expected);
    });
  }
});

describe("argmax", () => {
  it("takes the lowest index on a tie", () => {
    expect(argmax([1, 5, 5, 2])).to.equal(1);
    expect(argmax([-7, -7])).to.equal(0);
    expect(argmax([0, 1, 2])).to.equal(2);
  });
});
