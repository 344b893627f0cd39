import { expect } from "chai";
import { hullOf, type Bounds } from "../bounds/Bounds.ts";
import { boundsOfNode, shapeOfNode } from "../node.ts";
import { elementCount } from "../shapes.ts";
import type { ModelNode, Shape } from "../types.ts";

/** Elements of a tensor in [0, 1], but for one in [−3, 9]: bounds of no period that a node could use. */
function uneven(shape: Shape): Bounds {
  const count = elementCount(shape);
  const bounds = { lo: new Float64Array(count), hi: new Float64Array(count).fill(1) };
  bounds.lo[count - 1] = -3;
  bounds.hi[count - 1] = 9;
  return bounds;
}

/** Bounds of a node whose bounds per element would take more than 2^26 steps: the hull of its sources is taken. */
describe("bounds of a costly node", () => {
  const unary = { name: "n", source: 0 } as const;
  const pool = { ...unary, window: [16, 16], strides: [1, 1] } as const;
  const cases: [ModelNode, Shape[], lo: number, hi: number][] = [
    [
      {
        ...unary,
        kind: "dense",
        inputs: 256,
        units: 513,
        weights: new Int8Array(256 * 513).fill(1),
        bias: new Int32Array(513),
      },
      [[512, 256]],
      // Inputs 0 to 254 of any row are in [0, 1], input 255 of one row is not.
      -3,
      255 + 9,
    ],
    [
      {
        ...unary,
        kind: "conv2d",
        filters: 3,
        kernel: [5, 5],
        strides: [1, 1],
        dilations: [1, 1],
        padding: { top: 1, bottom: 0, left: 0, right: 0 },
        groups: 1,
        weights: new Int8Array(25 * 4 * 3).fill(1),
        bias: new Int32Array(3),
      },
      [[512, 512, 4]],
      25 * -3,
      25 * (3 + 9),
    ],
    [{ ...pool, kind: "sumPool2d", multiplier: 1 }, [[600, 600, 1]], 256 * -3, 256 * 9],
    [{ ...pool, kind: "maxPool2d" }, [[600, 600, 1]], -3, 9],
    [
      { name: "n", kind: "matMul", sources: [0, 1] },
      [
        [512, 512],
        [512, 512],
      ],
      512 * -27,
      512 * 81,
    ],
  ];
  for (const [node, shapes, lo, hi] of cases) {
    it(`(${node.kind}) hold the hull`, () => {
      const { bounds } = boundsOfNode(node, shapes, shapes.map(uneven));
      expect(hullOf(bounds)).to.deep.equal({ lo, hi });
      expect(elementCount(shapeOfNode(node, shapes)) % bounds.lo.length).to.equal(0);
    });
  }
});
