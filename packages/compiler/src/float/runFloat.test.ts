import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expectError } from "../../test/read/expectError.ts";
import { expect } from "chai";
import { FloatModelBuilder } from "./FloatModelBuilder.ts";
import { runFloat, runFloatBatches } from "./runFloat.ts";
import type { FloatNodeDraft } from "./shapes.ts";

const floats = (...values: number[]) => Float32Array.from(values);

/** The answer of one node on one sample. */
function runNode(inputShape: number[], draft: FloatNodeDraft, ...values: number[]): number[] {
  const builder = new FloatModelBuilder(inputShape);
  const model = builder.finish("test", builder.add(draft));
  return [...runFloat(model, [floats(...values)])[0]!.at(-1)!];
}
const expectNode = (inputShape: number[], draft: FloatNodeDraft, values: number[], expected: number[]) =>
  runNode(inputShape, draft, ...values).forEach((value, index) => expect(value).to.be.closeTo(expected[index]!, 1e-5));

describe("runFloat", () => {
  before(async () => {
    tf.env().set("PROD", true);
    await tf.setBackend("cpu");
  });
  const square = { op: "unary", name: "square", source: 0, function: { kind: "square" } } as const;

  it("refuses samples of another length and rows that an embedding does not have", () => {
    expectError(() => runNode([2], square, 1), "DATA_INVALID", /has 1 values/);
    const embedding = { op: "embedding", name: "words", source: 0, rows: 2, width: 1, table: floats(1, 2) } as const;
    for (const row of [2, -1, 0.5, NaN]) expectError(() => runNode([1], embedding, row), "DATA_INVALID", /words/);
  });

  it("keeps the scores, everything or what is asked for, over batches, and leaves no tensor behind", () => {
    const builder = new FloatModelBuilder([1]);
    builder.add(square);
    const model = builder.finish("test", builder.add({ op: "add", name: "sum", sources: [0, 1] }));
    const samples = Array.from({ length: 300 }, (_, index) => floats(index));
    const before = tf.memory().numTensors;
    expect(runFloat(model, samples)[299]).to.deep.equal([floats(299 * 300)]);
    expect(runFloat(model, samples, { keep: "all" })[3]).to.deep.equal([floats(3), floats(9), floats(12)]);
    const batches = [...runFloatBatches(model, samples, { keep: [1] })];
    expect(batches.map(({ start, count }) => [start, count])).to.deep.equal([
      [0, 128],
      [128, 128],
      [256, 44],
    ]);
    expect(batches[2]!.values.map((values) => values?.[1])).to.deep.equal([undefined, 257 ** 2, undefined]);
    expect(tf.memory().numTensors).to.equal(before);
  });

  it("convolves in groups, with stride and dilation together", () => {
    const common = {
      op: "conv2d",
      name: "conv",
      source: 0,
      padding: { top: 0, bottom: 0, left: 0, right: 0 },
    } as const;
    // One row 1 2 3 4 5 6: stride 2, dilation 2, kernel [1, 10] sees (1, 3) and (3, 5), and (5, –) not at all.
    const dilated = { kernel: [1, 2], strides: [1, 2], dilations: [1, 2], groups: 1, filters: 1 } as const;
    expectNode(
      [1, 6, 1],
      { ...common, ...dilated, weights: floats(1, 10), bias: floats(0.5) },
      [1, 2, 3, 4, 5, 6],
      [31.5, 53.5],
    );
    // One pixel of 4 channels, 2 groups, 2 filters: filter 0 reads channels 0 and 1, filter 1 reads 2 and 3.
    const grouped = { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], groups: 2, filters: 2 } as const;
    expectNode(
      [1, 1, 4],
      { ...common, ...grouped, weights: floats(1, 10, 2, 20), bias: floats(0, 0) },
      [1, 2, 3, 4],
      [5, 110],
    );
    // Depthwise with two filters a channel: filters 0, 1 read channel 0; 2, 3 read channel 1.
    const depthwise = { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], groups: 2, filters: 4 } as const;
    expectNode(
      [1, 1, 2],
      { ...common, ...depthwise, weights: floats(1, 2, 3, 4), bias: floats(0, 0, 0, 1) },
      [10, 100],
      [10, 20, 300, 401],
    );
  });

  it("never lets padding win a maximum", () => {
    const padding = { top: 1, bottom: 0, left: 0, right: 1 };
    const pool = { op: "maxPool2d", name: "pool", source: 0, window: [2, 2], strides: [1, 1], padding } as const;
    expectNode([1, 2, 1], pool, [-3, -2], [-2, -2]);
  });

  it("averages, normalises, softens and stretches", () => {
    expectNode(
      [1, 4, 1],
      { op: "averagePool2d", name: "a", source: 0, window: [1, 2], strides: [1, 2] },
      [1, 2, 3, 5],
      [1.5, 4],
    );
    expectNode(
      [2, 2],
      { op: "affine", name: "a", source: 0, scale: floats(2, 3), offset: floats(1) },
      [1, 1, 2, 2],
      [3, 4, 5, 7],
    );
    expectNode(
      [2, 2],
      { op: "affine", name: "a", source: 0, scale: floats(1, 2, 3, 4), offset: floats(0) },
      [1, 1, 1, 1],
      [1, 2, 3, 4],
    );
    const norm = {
      op: "layerNorm",
      name: "n",
      source: 0,
      gamma: floats(1, 2),
      beta: floats(0, 1),
      epsilon: 0,
    } as const;
    expectNode([2, 2], norm, [1, 3, -2, 2], [-1, 3, -1, 3]);
    expectNode([2, 2], { op: "softmax", name: "s", source: 0 }, [0, Math.log(3), 5, 5], [0.25, 0.75, 0.5, 0.5]);
    expectNode([2], { op: "broadcast", name: "b", source: 0, shape: [2, 2] }, [1, 2], [1, 2, 1, 2]);
    expectNode([2, 1], { op: "broadcast", name: "b", source: 0, shape: [2, 2] }, [1, 2], [1, 1, 2, 2]);
  });

  it("rearranges", () => {
    expectNode(
      [2, 3],
      { op: "transpose", name: "t", source: 0, permutation: [1, 0] },
      [1, 2, 3, 4, 5, 6],
      [1, 4, 2, 5, 3, 6],
    );
    expectNode(
      [6],
      { op: "slice", name: "s", source: 0, begin: [1], size: [3], strides: [2] },
      [0, 1, 2, 3, 4, 5],
      [1, 3, 5],
    );
    expectNode([2], { op: "pad", name: "p", source: 0, before: [1], after: [2], value: 9 }, [1, 2], [9, 1, 2, 9, 9]);
    expectNode([2, 1], { op: "concat", name: "c", sources: [0, 0], axis: 1 }, [1, 2], [1, 1, 2, 2]);
    expectNode([2, 2], { op: "matMul", name: "m", sources: [0, 0] }, [1, 2, 3, 4], [7, 10, 15, 22]);
    const embedding = { op: "embedding", name: "e", source: 0, rows: 2, width: 2, table: floats(1, 2, 3, 4) } as const;
    expectNode([3], embedding, [1, 0, 1], [3, 4, 1, 2, 3, 4]);
  });

  it("walks trees: left below the threshold, right at it", () => {
    const nodes = [
      { kind: "split", feature: 1, threshold: 0.5, left: 1, right: 2 },
      { kind: "leaf", contributions: [{ output: 0, value: 1 }] },
      {
        kind: "leaf",
        contributions: [
          { output: 0, value: 2 },
          { output: 1, value: 4 },
        ],
      },
    ] as const;
    const trees = {
      op: "trees",
      name: "t",
      source: 0,
      outputs: 2,
      base: Float64Array.of(10, 20),
      trees: [{ nodes }],
    } as const;
    expectNode([2], trees, [9, 0.49], [11, 20]);
    expectNode([2], trees, [-9, 0.5], [12, 24]);
  });
});
