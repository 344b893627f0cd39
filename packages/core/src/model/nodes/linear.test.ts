import { expect } from "chai";
import { uniformBounds, type Bounds } from "../bounds/Bounds.ts";
import { boundsOfNode, runNode, shapeOfNode } from "../node.ts";
import { elementCount } from "../shapes.ts";
import { expectError } from "../../testing/expectError.ts";
import { dense } from "../../testing/smallModels.ts";
import type { CombineNode, Conv2dNode, ModelNode, Shape, SumPool2dNode } from "../types.ts";

const conv: Conv2dNode = {
  kind: "conv2d",
  name: "conv",
  source: 0,
  filters: 2,
  kernel: [2, 2],
  strides: [1, 1],
  dilations: [1, 1],
  padding: { top: 0, bottom: 0, left: 0, right: 0 },
  groups: 1,
  // By tap (0,0), (0,1), (1,0), (1,1): the two filters of the one channel.
  weights: Int8Array.of(1, -1, 2, 0, 3, 0, 4, -1),
  bias: Int32Array.of(10, 0),
};
const pool: SumPool2dNode = {
  kind: "sumPool2d",
  name: "pool",
  source: 0,
  window: [2, 2],
  strides: [1, 1],
  multiplier: 3,
};
const sum: CombineNode = {
  kind: "combine",
  name: "sum",
  sources: [0, 1],
  multipliers: [Int32Array.of(2), Int32Array.of(1, -1)],
  bias: Int32Array.of(5, 6, 7, 8),
};

const run = (node: ModelNode, shapes: Shape[], ...values: number[][]) => [
  ...runNode(
    node,
    shapes,
    values.map((list) => Int32Array.from(list)),
  ),
];
const boundsOf = (node: ModelNode, shape: Shape, bounds: Bounds = uniformBounds(0, 255)) => {
  const known = boundsOfNode(node, [shape], [bounds]);
  return { lo: [...known.bounds.lo], hi: [...known.bounds.hi], executionBound: known.executionBound };
};

describe("a linear node", () => {
  const refusals: [string, ModelNode, Shape[], RegExp][] = [
    [
      "a dense over another width",
      dense("d", 0, [[1], [2]], [0]),
      [[3]],
      /"d" \(dense\) takes 2 inputs but is given \[3\]/,
    ],
    [
      "a dense that lacks a weight",
      { ...dense("d", 0, [[1], [2]], [0]), weights: new Int8Array(1) },
      [[2]],
      /1 weights/,
    ],
    ["float weights", { ...dense("d", 0, [[1]], [0]), weights: new Float32Array(1) as never }, [[1]], /Int8Array of 1/],
    ["a bias too many", { ...dense("d", 0, [[1]], [0]), bias: new Int32Array(2) }, [[1]], /2 biases/],
    ["no units", { ...dense("d", 0, [[1]], [0]), units: 0 }, [[1]], /units 0/],
    [
      "a dense whose result is huge",
      { ...dense("d", 0, [[1]], [0]), units: 2 ** 20, weights: new Int8Array(2 ** 20), bias: new Int32Array(2 ** 20) },
      [[2, 1]],
      /2097152 elements/,
    ],
    ["a convolution over a list", conv, [[9]], /takes \[9\][^]*height, width, channels/],
    ["a kernel beyond the image", conv, [[1, 3, 1]], /window of 2 over 1/],
    [
      "a kernel that dilation spreads beyond the image",
      { ...conv, dilations: [1, 3] },
      [[3, 3, 1]],
      /window of 4 over 3/,
    ],
    ["a kernel of one number", { ...conv, kernel: [2] as never }, [[3, 3, 1]], /kernel \[2\]/],
    ["padding as wide as the kernel", { ...conv, padding: { ...conv.padding, top: 2 } }, [[3, 3, 1]], /padding top 2/],
    ["groups that do not divide the channels", { ...conv, groups: 2 }, [[3, 3, 3]], /2 groups/],
    ["groups that do not divide the filters", { ...conv, groups: 3 }, [[3, 3, 3]], /3 groups/],
    ["a stride of zero", { ...conv, strides: [0, 1] }, [[3, 3, 1]], /strides 0/],
    ["a pool with multiplier 0", { ...pool, multiplier: 0 }, [[3, 3, 1]], /multiplier 0/],
    ["a pool with multiplier 128", { ...pool, multiplier: 128 }, [[3, 3, 1]], /multiplier 128/],
    ["a pool beyond the image", pool, [[3, 1, 1]], /window of 2 over 1/],
    ["a sum of two shapes", sum, [[4], [2, 2]], /given \[2, 2\]/],
    ["a sum with a list of multipliers too few", { ...sum, multipliers: [Int32Array.of(1)] }, [[4], [4]], /1 lists/],
    [
      "multipliers of another period",
      { ...sum, multipliers: [Int32Array.of(1), Int32Array.of(1, 2, 3)] },
      [
        [2, 2],
        [2, 2],
      ],
      /3 multipliers/,
    ],
    [
      "a multiplier above 2^24",
      { ...sum, multipliers: [Int32Array.of(2 ** 24 + 1), Int32Array.of(1)] },
      [
        [2, 2],
        [2, 2],
      ],
      /multipliers 16777217/,
    ],
  ];
  for (const [name, node, shapes, message] of refusals) {
    it(`refuses ${name}`, () => expectError(() => shapeOfNode(node, shapes), "MODEL_INVALID", message));
  }

  it("sums a dense over the last axis, each row alone", () => {
    const node = dense(
      "d",
      0,
      [
        [1, -2],
        [3, 4],
      ],
      [5, 0],
    );
    expect(shapeOfNode(node, [[3, 2]])).to.deep.equal([3, 2]);
    expect(run(node, [[3, 2]], [1, 2, 0, 1, 10, 0])).to.deep.equal([12, 6, 8, 4, 15, -20]);
  });

  it("slides a convolution, its windows padded by zeros", () => {
    const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(run(conv, [[3, 3, 1]], image)).to.deep.equal([
      10 + 1 + 4 + 12 + 20,
      -1 - 5,
      10 + 2 + 6 + 15 + 24,
      -2 - 6,
      10 + 4 + 10 + 21 + 32,
      -4 - 8,
      10 + 5 + 12 + 24 + 36,
      -5 - 9,
    ]);
    const padded = { ...conv, strides: [2, 2], padding: { top: 1, bottom: 0, left: 0, right: 1 } } as const;
    expect(shapeOfNode(padded, [[3, 3, 1]])).to.deep.equal([2, 2, 2]);
    expect(run(padded, [[3, 3, 1]], image)).to.deep.equal([
      10 + 3 + 8,
      -2,
      10 + 9,
      0,
      10 + 4 + 10 + 21 + 32,
      -4 - 8,
      10 + 6 + 27,
      -6,
    ]);
  });

  it("reads every second pixel under a dilation of 2", () => {
    const node = { ...conv, dilations: [2, 2] } as const;
    expect(run(node, [[3, 3, 1]], [1, 2, 3, 4, 5, 6, 7, 8, 9])).to.deep.equal([10 + 1 + 6 + 21 + 36, -1 - 9]);
  });

  it("lets each group of filters read its own channels", () => {
    const node = {
      ...conv,
      kernel: [1, 1],
      groups: 2,
      filters: 4,
      weights: Int8Array.of(1, 2, 3, 4),
      bias: new Int32Array(4),
    } as const;
    expect(run(node, [[1, 1, 2]], [10, 100])).to.deep.equal([10, 20, 300, 400]);
  });

  it("sums windows per channel", () => {
    expect(run(pool, [[2, 3, 2]], [1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60])).to.deep.equal([36, 360, 48, 480]);
  });

  it("weighs tensors by one multiplier, or one per channel, or one per element", () => {
    expect(
      run(
        sum,
        [
          [2, 2],
          [2, 2],
        ],
        [1, 2, 3, 4],
        [10, 20, 30, 40],
      ),
    ).to.deep.equal([2 + 10 + 5, 4 - 20 + 6, 6 + 30 + 7, 8 - 40 + 8]);
  });
});

describe("bounds of a linear node", () => {
  it("are reached, unit by unit, with the largest partial sum", () => {
    const node = dense(
      "d",
      0,
      [
        [1, -2],
        [3, 4],
        [-5, 6],
      ],
      [7, -8],
    );
    expect(boundsOf(node, [3])).to.deep.equal({
      lo: [-5 * 255 + 7, -2 * 255 - 8],
      hi: [4 * 255 + 7, 10 * 255 - 8],
      executionBound: 12 * 255 + 8,
    });
  });

  it("of a dense follow bounds that differ from row to row", () => {
    const source = { lo: Float64Array.of(0, 0, 0, 0), hi: Float64Array.of(1, 2, 3, 4) };
    const known = boundsOf(dense("d", 0, [[1], [10]], [0]), [2, 2], source);
    expect(known).to.include({ executionBound: 43 });
    expect(known.hi).to.deep.equal([21, 43]);
  });

  it("of a dense over a one-hot are the hull of the rows that it can pick", () => {
    const rows = [
      [5, -1],
      [7, -2],
      [100, 3],
    ];
    const picks = (hi: number[]) => ({ lo: new Float64Array(3), hi: Float64Array.from(hi), oneHot: true as const });
    const node = dense("embedding", 0, rows, [1, 0]);
    expect(boundsOf(node, [4, 3], picks([1, 1, 1]))).to.deep.equal({ lo: [6, -2], hi: [101, 3], executionBound: 101 });
    expect(boundsOf(node, [4, 3], picks([1, 1, 0]))).to.deep.equal({ lo: [6, -2], hi: [8, -1], executionBound: 8 });
  });

  it("of a convolution count padding only where a window reaches it", () => {
    const source = uniformBounds(10, 20);
    const plain = boundsOf(conv, [3, 3, 1], source);
    expect([plain.lo, plain.hi]).to.deep.equal([
      [110, -40],
      [210, -20],
    ]);
    const padded = { ...conv, padding: { top: 0, bottom: 1, left: 0, right: 0 } };
    const edge = boundsOf(padded, [3, 3, 1], source);
    // At the lower edge taps (1, ·) fall on zeros: 10 + 30 to 10 + 60, and −20 to −10.
    expect([edge.lo, edge.hi]).to.deep.equal([
      [40, -40],
      [210, -10],
    ]);
    // A stride of 3 over 3 rows and one of zeros: the one window is rows 0–1.
    const unreached = { ...padded, strides: [3, 1] as const };
    expect(boundsOf(unreached, [3, 3, 1], source).lo).to.deep.equal([110, -40]);
  });

  it("of a convolution follow bounds per element where it costs little", () => {
    const ramp = { lo: new Float64Array(9), hi: Float64Array.from({ length: 9 }, (_, i) => i) };
    const known = boundsOf(conv, [3, 3, 1], ramp);
    const first = known.hi.filter((_, i) => i % 2 === 0);
    expect(first).to.deep.equal([10 + 2 + 9 + 16, 10 + 1 + 4 + 12 + 20, 10 + 3 + 8 + 18 + 28, 10 + 4 + 10 + 21 + 32]);
  });

  it("of a huge padded convolution are those of one window over pixels and zeros", () => {
    const channels = 64;
    const node: Conv2dNode = {
      ...conv,
      filters: 64,
      kernel: [31, 31],
      padding: { top: 30, bottom: 30, left: 30, right: 30 },
      weights: new Int8Array(31 * 31 * channels * 64).fill(1),
      bias: new Int32Array(64),
    };
    const known = boundsOf(node, [64, 64, channels], uniformBounds(-1, 2));
    expect([known.lo[0], known.hi[0]]).to.deep.equal([-31 * 31 * channels, 2 * 31 * 31 * channels]);
  });

  it("of a pooling are the window's sum, channel by channel", () => {
    const source = { lo: Float64Array.of(-1, 0), hi: Float64Array.of(1, 5) };
    expect(boundsOf(pool, [3, 3, 2], source)).to.deep.equal({ lo: [-12, 0], hi: [12, 60], executionBound: 60 });
  });

  it("of a pooling over one channel follow bounds per element", () => {
    const source = { lo: new Float64Array(4), hi: Float64Array.of(1, 2, 3, 4) };
    const node = { ...pool, window: [1, 2], strides: [1, 2], multiplier: 1 } as const;
    expect(boundsOf(node, [1, 4, 1], source).hi).to.deep.equal([3, 7]);
  });

  it("of a sum take each multiplier by its sign", () => {
    const { bounds, executionBound } = boundsOfNode(
      sum,
      [
        [2, 2],
        [2, 2],
      ],
      [uniformBounds(0, 255), uniformBounds(-3, 9)],
    );
    expect([...bounds.lo]).to.deep.equal([5 - 3, 6 - 9, 7 - 3, 8 - 9]);
    expect([...bounds.hi]).to.deep.equal([5 + 510 + 9, 6 + 510 + 3, 7 + 510 + 9, 8 + 510 + 3]);
    expect(executionBound).to.equal(510 + 9 + 8);
  });

  it("count a coefficient of an element that is always 0, so that no row's coefficients overflow", () => {
    const node: CombineNode = { ...sum, sources: [0], multipliers: [Int32Array.of(2 ** 24)], bias: Int32Array.of(0) };
    expect(boundsOf(node, [2], uniformBounds(0, 0)).executionBound).to.equal(2 ** 24);
  });

  it("have a period that divides the number of elements", () => {
    const source = { lo: new Float64Array(6), hi: Float64Array.of(1, 2, 3, 4, 5, 6) };
    const node = dense("d", 0, [[1], [1], [1], [1]], [0]);
    const { lo, hi } = boundsOf(node, [3, 4], source);
    expect(elementCount([3, 1]) % lo.length).to.equal(0);
    expect(hi).to.deep.equal([10, 5 + 6 + 1 + 2, 3 + 4 + 5 + 6]);
  });
});
