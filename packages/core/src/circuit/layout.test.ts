import { expect } from "chai";
import { expectError } from "../testing/expectError.ts";
import { dense, tinyConvModel, tinyDenseModel } from "../testing/smallModels.ts";
import type { IntegerModel } from "../model/types.ts";
import { circuitLayout, signalAt, signalOf } from "./layout.ts";

/** A dense over that many inputs, into that many scores. */
function wide(inputs: number, units: number, hides: IntegerModel["hides"] = "nothing"): IntegerModel {
  const rows = Array.from({ length: inputs }, () => new Array<number>(units).fill(1));
  const nodes = [dense("d", 0, rows, new Array<number>(units).fill(0))];
  return { format: "verimesh-integer-model/2", inputShape: [inputs], nodes, output: { kind: "scores" }, hides };
}

describe("circuitLayout", () => {
  it("refuses an output of five words, unless it is hidden", () => {
    // 10 · 255 takes 12 bits, so 20 scores a word.
    expect(circuitLayout(wide(10, 80)).outputWords).to.equal(4);
    expectError(() => circuitLayout(wide(10, 81)), "OUTPUT_TOO_LARGE", /81 outputs of 12 bits[^]*topK/);
    expectError(() => circuitLayout(wide(10, 81, "input")), "OUTPUT_TOO_LARGE", /81 outputs/);
    expect(circuitLayout(wide(10, 81, "inputAndOutput"))).to.include({ outputWords: 1, outputBinding: "poseidon" });
  });

  it("numbers outputs, public inputs, then private inputs in declaration order", () => {
    expect(circuitLayout(tinyDenseModel())).to.deep.equal({
      outputWords: 1,
      inputWords: 1,
      inputBinding: "words",
      outputBinding: "words",
      privateSignals: [
        { name: "x", length: 3, firstWire: 4 },
        { name: "v_1", length: 2, firstWire: 7 },
        { name: "v_2", length: 2, firstWire: 9 },
        { name: "v_3", length: 2, firstWire: 11 },
      ],
    });
  });

  it("gives no wires to what only rearranges", () => {
    expect(circuitLayout(tinyConvModel()).privateSignals.map(({ name }) => name)).to.deep.equal([
      "x",
      "v_1",
      "v_2",
      "v_4",
    ]);
  });

  it("puts the salt after the input where anything is hidden, and commits however short the input", () => {
    for (const hides of ["input", "inputAndOutput"] as const) {
      const layout = circuitLayout({ ...tinyDenseModel(), hides });
      expect(layout).to.include({ inputBinding: "poseidon", inputWords: 1, outputWords: 1 });
      expect(layout.outputBinding).to.equal(hides === "input" ? "words" : "poseidon");
      expect(layout.privateSignals.slice(0, 3)).to.deep.equal([
        { name: "x", length: 3, firstWire: 4 },
        { name: "salt", length: 1, firstWire: 7 },
        { name: "v_1", length: 2, firstWire: 8 },
      ]);
    }
  });

  it("commits to an input that does not fit 4 words", () => {
    expect(circuitLayout(wide(124, 1))).to.include({ inputBinding: "words", inputWords: 4 });
    expect(circuitLayout(wide(125, 1))).to.include({ inputBinding: "poseidon", inputWords: 1 });
  });
});

describe("signalAt", () => {
  const layout = circuitLayout(tinyConvModel());

  it("refuses wires that are of no private signal", () => {
    const end = signalOf(layout, "v_4").firstWire + 2;
    for (const wire of [0, 3, end, 1e9]) expect(() => signalAt(layout, wire)).to.throw(TypeError, /no private signal/);
  });

  it("tells signal and index of every private wire", () => {
    for (const { name, length, firstWire } of layout.privateSignals) {
      for (let index = 0; index < length; index++) {
        expect(signalAt(layout, firstWire + index)).to.deep.equal({ name, index });
      }
    }
  });
});
