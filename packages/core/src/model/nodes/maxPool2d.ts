import { compressBounds, foldBounds, magnitudeOf, type Bounds, type NodeBounds } from "../bounds/Bounds.ts";
import { channelsOf, elementCount } from "../shapes.ts";
import type { MaxPool2dNode } from "../types.ts";
import { BOUNDS_WORK_LIMIT, type NodeShapes, type NonLinearKind } from "./NodeKind.ts";
import { eachOfWindow, poolShape, poolWork } from "./windows.ts";

export const maxPool2d: NonLinearKind<MaxPool2dNode> = {
  family: "nonLinear",
  tensors: [],

  shape: (node, [source]) => poolShape(node, source!),

  work: poolWork,

  bounds(node, shapes, [source]) {
    const { bounds, executionBound } = boundsOfLargest(node, shapes, source!);
    const places = Int32Array.from({ length: elementCount(shapes.shape) }, (_, index) => index);
    const { window, strides } = node;
    const largestOf = {
      values: source!,
      pool: { window, strides },
      source: shapes.sources[0]!,
      shape: shapes.shape,
      places,
    };
    return { bounds: { ...bounds, largestOf }, executionBound };
  },

  run(node, shapes, [x]) {
    return Int32Array.from({ length: elementCount(shapes.shape) }, (_, index) => {
      let largest = -Infinity;
      eachOfWindow(node, shapes, index, (element) => (largest = Math.max(largest, x![element]!)));
      return largest;
    });
  },
};

function boundsOfLargest(node: MaxPool2dNode, shapes: NodeShapes, source: Bounds): NodeBounds {
  const channels = channelsOf(shapes.shape);
  const executionBound = magnitudeOf(source);
  if (channels % source.lo.length === 0 || poolWork(node, shapes) > BOUNDS_WORK_LIMIT) {
    return { bounds: foldBounds(source, channels), executionBound };
  }
  const count = elementCount(shapes.shape);
  const [lo, hi] = [new Float64Array(count).fill(-Infinity), new Float64Array(count).fill(-Infinity)];
  for (let index = 0; index < count; index++) {
    eachOfWindow(node, shapes, index, (element) => {
      lo[index] = Math.max(lo[index]!, source.lo[element % source.lo.length]!);
      hi[index] = Math.max(hi[index]!, source.hi[element % source.hi.length]!);
    });
  }
  return { bounds: compressBounds({ lo, hi }, shapes.shape), executionBound };
}
