import { expectError } from "../../test/read/expectError.ts";
import { expect } from "chai";
import { FloatModelBuilder } from "./FloatModelBuilder.ts";
import { inferFloatShape, type FloatNodeDraft } from "./shapes.ts";

const zeros = (length: number) => new Float32Array(length);
const conv = (groups: number, filters: number, weights: number): FloatNodeDraft => ({
  op: "conv2d",
  name: "conv",
  source: 0,
  filters,
  kernel: [3, 2],
  strides: [2, 1],
  dilations: [1, 2],
  padding: { top: 1, bottom: 0, left: 0, right: 2 },
  groups,
  weights: zeros(weights),
  bias: zeros(filters),
});
const fails = (draft: FloatNodeDraft, shapes: number[][], message: RegExp) =>
  expectError(() => inferFloatShape(draft, shapes), "MODEL_FILE_INVALID", message);

describe("inferFloatShape", () => {
  it("refuses numbers that do not fit the source", () => {
    fails(
      { op: "dense", name: "d", source: 0, inputs: 3, units: 2, weights: zeros(6), bias: zeros(2) },
      [[4]],
      /last axis of 3/,
    );
    fails(
      { op: "dense", name: "d", source: 0, inputs: 4, units: 2, weights: zeros(6), bias: zeros(2) },
      [[4]],
      /4·2 weights/,
    );
    fails(conv(3, 6, 36), [[5, 5, 4]], /3 groups/);
    fails(conv(2, 6, 36), [[5, 5, 4]], /72 weights/);
    fails(conv(1, 1, 6), [[1, 5, 1]], /at least the kernel/);
    fails({ ...(conv(1, 1, 6) as object), strides: [0, 1] } as unknown as FloatNodeDraft, [[5, 5, 1]], /whole windows/);
    fails({ op: "affine", name: "a", source: 0, scale: zeros(3), offset: zeros(1) }, [[2, 2]], /not 3/);
    fails({ op: "add", name: "a", sources: [0, 0] }, [[2], [3]], /equal shapes/);
    fails(
      { op: "matMul", name: "m", sources: [0, 0] },
      [
        [2, 3],
        [4, 2],
      ],
      /\[…, k, n\]/,
    );
    fails({ op: "reshape", name: "r", source: 0, shape: [5] }, [[2, 3]], /5 elements/);
    fails({ op: "transpose", name: "t", source: 0, permutation: [0, 0] }, [[2, 3]], /a permutation/);
    fails({ op: "slice", name: "s", source: 0, begin: [1], size: [3], strides: [2] }, [[5]], /within the tensor/);
    fails(
      { op: "concat", name: "c", sources: [0, 0], axis: 0 },
      [
        [2, 3],
        [2, 4],
      ],
      /but for axis 0/,
    );
    fails({ op: "pad", name: "p", source: 0, before: [-1], after: [0], value: 0 }, [[2]], /0 or more/);
    fails({ op: "broadcast", name: "b", source: 0, shape: [2, 4] }, [[3]], /stretches/);
    fails(
      { op: "trees", name: "t", source: 0, outputs: 1, base: new Float64Array(1), trees: [] },
      [[2, 2]],
      /a vector/,
    );
  });

  it("counts windows with strides, dilations and padding", () => {
    expect(inferFloatShape(conv(2, 6, 72), [[6, 7, 4]])).to.deep.equal([3, 7, 6]);
  });

  it("gives the shape of what it rearranges", () => {
    expect(
      inferFloatShape({ op: "transpose", name: "t", source: 0, permutation: [2, 0, 1] }, [[2, 3, 4]]),
    ).to.deep.equal([4, 2, 3]);
    expect(
      inferFloatShape({ op: "concat", name: "c", sources: [0, 1], axis: 1 }, [
        [2, 3],
        [2, 4],
      ]),
    ).to.deep.equal([2, 7]);
    expect(
      inferFloatShape({ op: "matMul", name: "m", sources: [0, 1] }, [
        [5, 2, 3],
        [5, 3, 4],
      ]),
    ).to.deep.equal([5, 2, 4]);
  });
});

describe("FloatModelBuilder", () => {
  const square = { op: "unary", name: "square", source: 0, function: { kind: "square" } } as const;

  it("refuses weights that are not finite, impossible shapes and a model that does nothing", () => {
    const builder = new FloatModelBuilder([2]);
    const scale = Float32Array.of(1, NaN);
    expectError(
      () => builder.add({ op: "affine", name: "a", source: 0, scale, offset: zeros(1) }),
      "WEIGHTS_NOT_FINITE",
      /element 1 of its scale is NaN/,
    );
    expectError(() => new FloatModelBuilder([2, 0]), "MODEL_FILE_INVALID", /\[2, 0\]/);
    expectError(() => new FloatModelBuilder([2 ** 11, 2 ** 11]), "MODEL_FILE_INVALID", /at most/);
    expectError(() => new FloatModelBuilder([2]).finish("test", 0), "LAYER_UNSUPPORTED", /nothing/);
  });

  it("refuses more work than any model may take", () => {
    const builder = new FloatModelBuilder([1024, 1024, 1]);
    const size = 1000;
    const padding = { top: 500, bottom: 499, left: 500, right: 499 };
    const common = {
      op: "conv2d",
      name: "wide",
      source: 0,
      filters: 1,
      strides: [1, 1],
      dilations: [1, 1],
      groups: 1,
    } as const;
    const draft = { ...common, kernel: [size, size] as const, padding, weights: zeros(size * size), bias: zeros(1) };
    expectError(() => builder.add(draft), "MODEL_FILE_INVALID", /multiplications[^]*"wide"/);
  });

  it("keeps names unique, leaves out what is not needed and renumbers", () => {
    const builder = new FloatModelBuilder([2]);
    builder.add({ ...square, name: "unused" });
    const first = builder.add(square);
    const second = builder.add({ ...square, source: first });
    const { nodes } = builder.finish("test", builder.add({ op: "add", name: "sum", sources: [first, second] }));
    expect(nodes.map(({ name }) => name)).to.deep.equal(["square", "square_2", "sum"]);
    expect(nodes[2]).to.deep.include({ sources: [1, 2] });
  });

  it("drops a last sigmoid, and a softmax over all scores but not one over rows", () => {
    const finish = (shape: number[], last: FloatNodeDraft) => {
      const builder = new FloatModelBuilder(shape);
      builder.add(square);
      return builder.finish("test", builder.add(last));
    };
    const softmax = { op: "softmax", name: "softmax", source: 1 } as const;
    const sigmoid = { op: "unary", name: "sigmoid", source: 1, function: { kind: "sigmoid" } } as const;
    expect(finish([3], softmax))
      .to.deep.include({ droppedActivation: "softmax" })
      .with.property("nodes")
      .lengthOf(1);
    expect(finish([2, 3], softmax))
      .to.deep.include({ droppedActivation: "linear" })
      .with.property("nodes")
      .lengthOf(2);
    expect(finish([2, 3], sigmoid))
      .to.deep.include({ droppedActivation: "sigmoid" })
      .with.property("nodes")
      .lengthOf(1);
  });
});
