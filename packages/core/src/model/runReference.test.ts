import { expect } from "chai";
import { expectError } from "../testing/expectError.ts";
import { rescale, tinyConvModel, tinyDenseModel } from "../testing/smallModels.ts";
import { runReference } from "./runReference.ts";
import type { IntegerModel } from "./types.ts";

const lists = (values: readonly (Int32Array | null)[]) => values.map((list) => list && [...list]);

describe("runReference", () => {
  it("refuses an input of the wrong length, or of another type", () => {
    expectError(() => runReference(tinyDenseModel(), new Uint8Array(2)), "INPUT_INVALID", /2 bytes; the model takes 3/);
    expectError(() => runReference(tinyDenseModel(), [1, 2, 3] as never), "INPUT_INVALID", /Uint8Array/);
  });

  it("computes a dense network as by hand", () => {
    const trace = runReference(tinyDenseModel("scores"), Uint8Array.of(10, 20, 2));
    // hidden: 10 + 60 − 10 + 7 = 67, −20 + 80 + 12 − 8 = 64; (67 + 1) / 2 = 34, (64 + 4) / 8 = 8.5
    expect(lists(trace.values)).to.deep.equal([
      [67, 64],
      [34, 8],
      [49, -26],
    ]);
    expect([...trace.output]).to.deep.equal([49, -26]);
    expect([...runReference(tinyDenseModel("argmax"), Uint8Array.of(10, 20, 2)).output]).to.deep.equal([0]);
  });

  it("computes a padded, strided convolution as by hand, and leaves out what only rearranges", () => {
    const trace = runReference(tinyConvModel(), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9));
    // Windows from (0,0), (0,2), (2,0), (2,2); beyond the edge are zeros.
    expect(lists(trace.values)).to.deep.equal([
      [1 + 4 + 12 + 20 - 3, 3 + 18 - 3, 7 + 16 - 3, 9 - 3],
      [9, 5, 5, 2],
      null,
      [9 + 5 - 2, 5 + 5 + 4 + 1],
    ]);
  });

  it("lets branches share a source, and answers with the k best", () => {
    const model: IntegerModel = {
      ...tinyDenseModel(),
      nodes: [
        rescale("halves", 0, [1]),
        { kind: "multiply", name: "products", sources: [0, 1] },
        { kind: "concat", name: "both", sources: [1, 2], axis: 0 },
      ],
      output: { kind: "topK", k: 3 },
    };
    const trace = runReference(model, Uint8Array.of(4, 1, 3));
    expect(lists(trace.values)).to.deep.equal([[2, 1, 2], [8, 1, 6], null]);
    // Of 2, 1, 2, 8, 1, 6.
    expect([...trace.output]).to.deep.equal([3, 5, 0]);
  });

  it("keeps its own copy of the input", () => {
    const input = Uint8Array.of(1, 2, 3);
    const trace = runReference(tinyDenseModel(), input);
    input[0] = 99;
    expect([...trace.input]).to.deep.equal([1, 2, 3]);
  });
});
