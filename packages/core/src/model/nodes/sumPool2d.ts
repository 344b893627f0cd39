import { foldBounds } from "../bounds/Bounds.ts";
import { channelsOf, elementCount } from "../shapes.ts";
import type { SumPool2dNode } from "../types.ts";
import { checkInteger } from "./checks.ts";
import { BOUNDS_WORK_LIMIT, type LinearKind } from "./NodeKind.ts";
import { eachOfWindow, poolShape, poolWork } from "./windows.ts";

export const sumPool2d: LinearKind<SumPool2dNode> = {
  family: "linear",
  tensors: [],

  shape(node, [source]) {
    checkInteger(node, "multiplier", node.multiplier, 1, 127);
    return poolShape(node, source!);
  },

  work: poolWork,

  row(node, shapes, index, add) {
    eachOfWindow(node, shapes, index, (element) => add(0, element, node.multiplier));
    return 0;
  },

  plan(node, shapes, [source]) {
    const channels = channelsOf(shapes.shape);
    if (channels % source!.lo.length !== 0 && poolWork(node, shapes) <= BOUNDS_WORK_LIMIT) {
      return { node, shapes, bounds: [source!], period: elementCount(shapes.shape), starts: [0] };
    }
    return { node, shapes, bounds: [foldBounds(source!, channels)], period: channels, starts: [0] };
  },
};
