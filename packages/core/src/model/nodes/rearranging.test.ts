import { expect } from "chai";
import { expectError } from "../../testing/expectError.ts";
import { uniformBounds } from "../bounds/Bounds.ts";
import { boundsOfNode, runNode, shapeOfNode } from "../node.ts";
import { elementCount } from "../shapes.ts";
import type { ModelNode, Shape } from "../types.ts";

const unary = { name: "n", source: 0 } as const;
const reshape = (shape: Shape) => ({ kind: "reshape", ...unary, shape }) as const;
const transpose = (...permutation: number[]) => ({ kind: "transpose", ...unary, permutation }) as const;
const slice = (begin: number[], size: number[], strides: number[]) =>
  ({ kind: "slice", ...unary, begin, size, strides }) as const;
const concat = (axis: number, sources = [0, 1]) => ({ kind: "concat", name: "n", sources, axis }) as const;
const pad = (before: number[], after: number[], value = -7) =>
  ({ kind: "pad", ...unary, before, after, value }) as const;
const broadcast = (...shape: number[]) => ({ kind: "broadcast", ...unary, shape }) as const;
const gather = (indices: number[], shape: Shape) =>
  ({ kind: "gather", ...unary, indices: Int32Array.from(indices), shape }) as const;

/** Elements 0, 1, 2, … of the sources, laid end to end. */
function run(node: ModelNode, ...shapes: Shape[]): { shape: Shape; values: number[] } {
  let next = 0;
  const values = shapes.map((shape) => Int32Array.from({ length: elementCount(shape) }, () => next++));
  return { shape: shapeOfNode(node, shapes), values: [...runNode(node, shapes, values)] };
}

describe("a rearranging node", () => {
  const refusals: [string, ModelNode, Shape[], RegExp][] = [
    ["another number of elements", reshape([2, 2]), [[5]], /makes \[2, 2\] of \[5\]/],
    ["five axes", reshape([1, 1, 1, 1, 4]), [[4]], /1 to 4 axes/],
    ["an axis of 0", reshape([0, 4]), [[4]], /shape \[0,4\]/],
    ["no axes", reshape([]), [[1]], /shape \[\]/],
    ["an axis twice", transpose(0, 0), [[2, 3]], /each axis once/],
    ["an axis that is not there", transpose(0, 2), [[2, 3]], /permutation 2/],
    ["a permutation of another rank", transpose(0), [[2, 3]], /permutation \[0\]/],
    ["a slice beyond the end", slice([1], [3], [2]), [[5]], /element 5 of axis 0/],
    ["a slice that begins before the start", slice([-1], [1], [1]), [[5]], /begin -1/],
    ["a slice of another rank", slice([0, 0], [1, 1], [1, 1]), [[5]], /begin \[0,0\]/],
    ["a slice that goes backwards", slice([2], [2], [-1]), [[5]], /strides -1/],
    ["an axis that no source has", concat(1), [[2], [2]], /axis 1/],
    [
      "sizes that differ elsewhere",
      concat(1),
      [
        [2, 3],
        [3, 3],
      ],
      /joins \[2, 3\] and \[3, 3\]/,
    ],
    ["ranks that differ", concat(0), [[2, 3], [2]], /joins/],
    ["a concatenation that is huge", concat(0), [[2 ** 20], [1]], /1048577/],
    ["padding of another rank", pad([1, 1], [1]), [[2, 2]], /after \[1\]/],
    ["padding by less than nothing", pad([-1], [1]), [[2]], /before -1/],
    ["padding that is huge", pad([2 ** 20], [0]), [[2]], /shape|elements/],
    ["padding with 2^23", pad([1], [0], 2 ** 23), [[2]], /value 8388608/],
    ["padding with a fraction", pad([1], [0], 0.5), [[2]], /value 0.5/],
    ["a broadcast to fewer axes", broadcast(3), [[1, 3]], /repeats \[1, 3\] to \[3\]/],
    ["a broadcast of an axis above 1", broadcast(4), [[2]], /repeats \[2\] to \[4\]/],
    ["an index that is not there", gather([0, 4], [2]), [[4]], /indices 4/],
    ["a negative index", gather([-1], [1]), [[4]], /indices -1/],
    ["fewer indices than elements", gather([0], [2]), [[4]], /1 indices/],
  ];
  for (const [name, node, shapes, message] of refusals) {
    it(`(${node.kind}) refuses ${name}`, () => expectError(() => shapeOfNode(node, shapes), "MODEL_INVALID", message));
  }

  const cases: [string, ModelNode, Shape[], Shape, number[]][] = [
    ["keeps the row-major order", reshape([3, 2]), [[2, 3]], [3, 2], [0, 1, 2, 3, 4, 5]],
    ["swaps rows and columns", transpose(1, 0), [[2, 3]], [3, 2], [0, 3, 1, 4, 2, 5]],
    ["puts the channels of an image last", transpose(1, 2, 0), [[2, 1, 3]], [1, 3, 2], [0, 3, 1, 4, 2, 5]],
    ["takes every second element of the last rows", slice([1, 0], [2, 2], [1, 2]), [[3, 3]], [2, 2], [3, 5, 6, 8]],
    [
      "joins rows",
      concat(0),
      [
        [1, 2],
        [2, 2],
      ],
      [3, 2],
      [0, 1, 2, 3, 4, 5],
    ],
    [
      "joins columns",
      concat(1),
      [
        [2, 1],
        [2, 2],
      ],
      [2, 3],
      [0, 2, 3, 1, 4, 5],
    ],
    ["repeats one source", concat(0, [0, 0]), [[2], [2]], [4], [0, 1, 2, 3]],
    ["surrounds with a constant", pad([0, 1], [1, 0]), [[1, 2]], [2, 3], [-7, 0, 1, -7, -7, -7]],
    [
      "repeats an axis of 1, and adds axes in front",
      broadcast(2, 2, 3),
      [[2, 1]],
      [2, 2, 3],
      [0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1],
    ],
    ["picks elements by index, some twice", gather([3, 0, 3, 1], [2, 2]), [[4]], [2, 2], [3, 0, 3, 1]],
  ];
  for (const [name, node, shapes, shape, values] of cases) {
    it(`(${node.kind}) ${name}`, () => expect(run(node, ...shapes)).to.deep.equal({ shape, values }));
  }

  it("gives each element the bounds of the one that it is", () => {
    const ramp = { lo: Float64Array.of(0, -1, -2, -3), hi: Float64Array.of(0, 1, 2, 3) };
    const gathered = boundsOfNode(gather([3, 0, 2], [3]), [[4]], [ramp]);
    expect([...gathered.bounds.lo]).to.deep.equal([-3, 0, -2]);
    expect(gathered.executionBound).to.equal(3);
    const joined = boundsOfNode(
      concat(1),
      [
        [2, 1],
        [2, 1],
      ],
      [uniformBounds(0, 1), uniformBounds(5, 6)],
    );
    expect([[...joined.bounds.lo], [...joined.bounds.hi]]).to.deep.equal([
      [0, 5],
      [1, 6],
    ]);
  });

  it("counts the constant among the bounds of a padded tensor", () => {
    const { bounds, executionBound } = boundsOfNode(pad([1], [0]), [[2]], [uniformBounds(0, 3)]);
    expect([[...bounds.lo], [...bounds.hi]]).to.deep.equal([
      [-7, 0, 0],
      [-7, 3, 3],
    ]);
    expect(executionBound).to.equal(7);
  });

  it("forgets that one element of a row is 1 once rows are torn apart", () => {
    const picks = { lo: new Float64Array(2), hi: Float64Array.of(1, 1), oneHot: true as const };
    expect(boundsOfNode(transpose(1, 0), [[2, 2]], [picks]).bounds.oneHot).to.equal(undefined);
    expect(
      boundsOfNode(
        concat(1),
        [
          [2, 2],
          [2, 2],
        ],
        [picks, picks],
      ).bounds.oneHot,
    ).to.equal(undefined);
  });
});
