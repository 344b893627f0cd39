import { expect } from "chai";
import { expectError } from "../../testing/expectError.ts";
import { uniformBounds, type Bounds } from "../bounds/Bounds.ts";
import { boundsOfNode, runNode, shapeOfNode } from "../node.ts";
import type { ModelNode, Shape } from "../types.ts";

const unary = { name: "n", source: 0 } as const;
const requantize = (shifts: number[], lo = 0, hi = 255) => ({ kind: "requantize", ...unary, shifts, lo, hi }) as const;
const lookup = (lo: number, table: number[]) =>
  ({ kind: "lookup", ...unary, lo, table: Int32Array.from(table) }) as const;
const maxPool = (window: [number, number], strides: [number, number]) =>
  ({ kind: "maxPool2d", ...unary, window, strides }) as const;
const multiply = (a = 0, b = 1) => ({ kind: "multiply", name: "n", sources: [a, b] }) as const;
const matMul = { kind: "matMul", name: "n", sources: [0, 1] } as const;
const atLeast = (...thresholds: number[]) =>
  ({ kind: "atLeast", ...unary, thresholds: Int32Array.from(thresholds) }) as const;
const oneHot = (lo: number, size: number) => ({ kind: "oneHot", ...unary, lo, size }) as const;

const run = (node: ModelNode, shapes: Shape[], ...values: number[][]) => [
  ...runNode(
    node,
    shapes,
    values.map((list) => Int32Array.from(list)),
  ),
];
const boundsOf = (node: ModelNode, shapes: Shape[], ...sources: Bounds[]) => {
  const { bounds, executionBound } = boundsOfNode(node, shapes, sources);
  return { lo: [...bounds.lo], hi: [...bounds.hi], executionBound };
};
const boundsAt = (lo: number[], hi: number[]): Bounds => ({ lo: Float64Array.from(lo), hi: Float64Array.from(hi) });

describe("a non-linear node", () => {
  const refusals: [string, ModelNode, Shape[], RegExp][] = [
    ["shifts for another number of channels", requantize([1, 2]), [[2, 3]], /shifts \[1,2\]/],
    ["a shift of 24", requantize([24]), [[3]], /shifts 24/],
    ["a clamp that holds one value", requantize([0], 5, 5), [[3]], /hi 5/],
    ["a clamp beyond 16 bits", requantize([0], -1, 65535), [[3]], /-1, 65535/],
    ["a clamp below −2^15", requantize([0], -32769, 0), [[3]], /lo -32769/],
    ["a clamp at negative zero", requantize([0], -0, 5), [[3]], /lo −0/],
    ["a table of one entry", lookup(0, [1]), [[3]], /length 1/],
    ["a table of 1025 entries", lookup(0, new Array<number>(1025).fill(0)), [[3]], /length 1025/],
    ["an entry of 2^23", lookup(0, [0, 2 ** 23]), [[3]], /8388608/],
    ["a window beyond the image", maxPool([2, 1], [1, 1]), [[1, 2, 3]], /window of 2 over 1/],
    ["a window over a list", maxPool([1, 1], [1, 1]), [[3]], /height, width, channels/],
    ["a product of two shapes", multiply(), [[2], [3]], /\[2\] and \[3\]/],
    ["a product of three", { ...multiply(), sources: [0, 0, 0] as never }, [[2], [2], [2]], /3 sources/],
    [
      "matrices that do not fit",
      matMul,
      [
        [2, 3],
        [2, 3],
      ],
      /multiplies \[2, 3\] by \[2, 3\]/,
    ],
    [
      "matrices of different heads",
      matMul,
      [
        [1, 2, 3],
        [2, 3, 2],
      ],
      /multiplies/,
    ],
    ["a matrix and a list", matMul, [[2, 3], [3]], /multiplies/],
    ["a threshold too few", atLeast(1, 2), [[3]], /2 thresholds[^]*Int32Array of 1 or 3/],
    ["a threshold beyond 2^24", atLeast(2 ** 24 + 1), [[3]], /thresholds 16777217/],
    ["a one-hot of one", oneHot(0, 1), [[3]], /size 1/],
    ["a one-hot of 1025", oneHot(0, 1025), [[3]], /size 1025/],
    ["a one-hot of five axes", oneHot(0, 2), [[1, 1, 1, 1]], /1 to 4 axes/],
  ];
  for (const [name, node, shapes, message] of refusals) {
    it(`(${node.kind}) refuses ${name}`, () => expectError(() => shapeOfNode(node, shapes), "MODEL_INVALID", message));
  }

  it("refuses a source that can leave a table or a one-hot, on either side", () => {
    for (const [lo, hi] of [
      [-1, 2],
      [0, 3],
    ] as const) {
      const source = uniformBounds(lo, hi);
      expectError(
        () => boundsOf(lookup(0, [1, 2, 3]), [[4]], source),
        "MODEL_INVALID",
        /can be given -?\d to \d[^]*0 to 2/,
      );
      expectError(() => boundsOf(oneHot(0, 3), [[4]], source), "MODEL_INVALID", /can be given/);
    }
  });

  it("rescales by one shift, or by one per channel", () => {
    expect(run(requantize([1]), [[2, 2]], [3, -5, 600, 510])).to.deep.equal([2, 0, 255, 255]);
    expect(run(requantize([0, 2], -4, 4), [[2, 2]], [3, -5, 9, -6])).to.deep.equal([3, -1, 4, -1]);
  });

  it("looks up", () => expect(run(lookup(-1, [10, 20, 30]), [[4]], [-1, 1, 0, 1])).to.deep.equal([10, 30, 20, 30]));

  it("takes the largest of each window, channel by channel, also of negative values", () => {
    const image = [-1, 10, -2, 20, -3, 30, -4, 40, -5, 50, -6, 60];
    expect(run(maxPool([2, 2], [1, 1]), [[2, 3, 2]], image)).to.deep.equal([-1, 50, -2, 60]);
  });

  it("multiplies elements, and matrices head by head", () => {
    expect(run(multiply(), [[3], [3]], [1, -2, 3], [4, 5, -6])).to.deep.equal([4, -10, -18]);
    expect(
      run(
        matMul,
        [
          [2, 2],
          [2, 1],
        ],
        [1, 2, 3, 4],
        [5, 6],
      ),
    ).to.deep.equal([17, 39]);
    const heads: Shape[] = [
      [2, 1, 2],
      [2, 2, 2],
    ];
    expect(run(matMul, heads, [1, 2, 3, 4], [1, 0, 0, 1, 2, 1, 1, 2])).to.deep.equal([1, 2, 10, 11]);
  });

  it("compares with one threshold, or with one per element: equal is at least", () => {
    expect(run(atLeast(2), [[3]], [1, 2, 3])).to.deep.equal([0, 1, 1]);
    expect(run(atLeast(1, 3, -5), [[3]], [1, 2, -6])).to.deep.equal([1, 0, 0]);
  });

  it("marks the one place that the value has", () => {
    expect(shapeOfNode(oneHot(-1, 3), [[2]])).to.deep.equal([2, 3]);
    expect(run(oneHot(-1, 3), [[2]], [1, -1])).to.deep.equal([0, 0, 1, 1, 0, 0]);
  });
});

describe("bounds of a non-linear node", () => {
  it("of a rescaling follow the source channel by channel, and count what is added before the shift", () => {
    const known = boundsOf(requantize([1, 2], -4, 100), [[3, 2]], boundsAt([-10, 0], [10, 1000]));
    expect(known).to.deep.equal({ lo: [-4, 0], hi: [5, 100], executionBound: 1002 });
  });

  it("of a rescaling of a value beyond its clamp count the clamp", () => {
    expect(boundsOf(requantize([0], -9, -7), [[1]], uniformBounds(0, 1))).to.deep.equal({
      lo: [-7],
      hi: [-7],
      executionBound: 9,
    });
  });

  it("of a table are those of the entries that the source reaches", () => {
    const known = boundsOf(lookup(0, [50, -3, 7, 9]), [[2, 2]], boundsAt([1, 0], [2, 0]));
    expect([known.lo, known.hi]).to.deep.equal([
      [-3, 50],
      [7, 50],
    ]);
  });

  it("of a maximum are the largest lows and highs of the window", () => {
    const known = boundsOf(maxPool([1, 2], [1, 2]), [[1, 4, 1]], boundsAt([-5, -2, 0, 1], [0, 3, 9, 2]));
    expect([known.lo, known.hi]).to.deep.equal([
      [-2, 1],
      [3, 9],
    ]);
    expect(boundsOf(maxPool([1, 2], [1, 2]), [[1, 4, 2]], boundsAt([0, 1], [2, 3])).hi).to.deep.equal([2, 3]);
  });

  it("of a product take the corners, and know that a square is not negative", () => {
    const source = uniformBounds(-4, 3);
    expect(boundsOf(multiply(0, 1), [[2], [2]], source, source)).to.deep.equal({
      lo: [-12],
      hi: [16],
      executionBound: 16,
    });
    expect(boundsOf(multiply(1, 1), [[2], [2]], source, source)).to.deep.equal({
      lo: [0],
      hi: [16],
      executionBound: 16,
    });
    const [below, above] = [uniformBounds(-4, -2), uniformBounds(2, 4)];
    expect(boundsOf(multiply(1, 1), [[2], [2]], below, below).lo).to.deep.equal([4]);
    expect(boundsOf(multiply(1, 1), [[2], [2]], above, above).lo).to.deep.equal([4]);
  });

  it("never hold a negative zero", () => {
    const { lo, hi } = boundsOf(multiply(), [[1], [1]], uniformBounds(0, 0), uniformBounds(-5, -1));
    expect([lo, hi].flat().some((value) => Object.is(value, -0))).to.equal(false);
  });

  it("of a matrix product sum the corners of each product", () => {
    const known = boundsOf(
      matMul,
      [
        [1, 2],
        [2, 2],
      ],
      boundsAt([0, -1], [1, 2]),
      boundsAt([0, 5, -3, 0], [2, 5, 3, 0]),
    );
    expect(known).to.deep.equal({ lo: [0 - 6, 0], hi: [2 + 6, 5], executionBound: 2 + 6 });
    const uniform = boundsOf(
      matMul,
      [
        [4, 3],
        [3, 4],
      ],
      uniformBounds(-2, 1),
      uniformBounds(0, 10),
    );
    expect(uniform).to.deep.equal({ lo: [-60], hi: [30], executionBound: 60 });
  });

  it("of a threshold are constant where the source cannot cross it", () => {
    const known = boundsOf(atLeast(0, 1, 6), [[3]], uniformBounds(0, 5));
    expect([known.lo, known.hi]).to.deep.equal([
      [1, 0, 0],
      [1, 1, 0],
    ]);
  });

  it("of a one-hot are constant where the source cannot or must be", () => {
    const { bounds } = boundsOfNode(oneHot(0, 3), [[2]], [boundsAt([0, 2], [1, 2])]);
    expect([[...bounds.lo], [...bounds.hi], bounds.oneHot]).to.deep.equal([
      [0, 0, 0, 0, 0, 1],
      [1, 1, 0, 0, 0, 1],
      true,
    ]);
  });
});
