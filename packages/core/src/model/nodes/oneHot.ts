import { hullOf } from "../bounds/Bounds.ts";
import { MODEL_LIMITS } from "../limits.ts";
import { elementCount } from "../shapes.ts";
import type { OneHotNode } from "../types.ts";
import { checkInteger, checkShape, refuse, VALUE_LIMIT } from "./checks.ts";
import { intervalAt } from "./elementwise.ts";
import type { NonLinearKind } from "./NodeKind.ts";

export const oneHot: NonLinearKind<OneHotNode> = {
  family: "nonLinear",
  tensors: [],

  shape(node, [source]) {
    checkInteger(node, "lo", node.lo, 1 - VALUE_LIMIT, VALUE_LIMIT - 1);
    checkInteger(node, "size", node.size, 2, MODEL_LIMITS.table);
    return checkShape(node, [...source!, node.size]);
  },

  bounds(node, _shapes, [source]) {
    const { lo, size } = node;
    const reached = hullOf(source!);
    if (reached.lo < lo || reached.hi >= lo + size) {
      refuse(node, `can be given ${reached.lo} to ${reached.hi}`, `a source within ${lo} to ${lo + size - 1}`);
    }
    const period = source!.lo.length * size;
    const bounds = { lo: new Float64Array(period), hi: new Float64Array(period), oneHot: true as const };
    for (let index = 0; index < period; index++) {
      const x = intervalAt(source!, Math.floor(index / size));
      const value = lo + (index % size);
      bounds.lo[index] = x.lo === value && x.hi === value ? 1 : 0;
      bounds.hi[index] = x.lo <= value && value <= x.hi ? 1 : 0;
    }
    return { bounds, executionBound: Math.abs(lo) + size };
  },

  run({ lo, size }, { shape }, [x]) {
    const y = new Int32Array(elementCount(shape));
    x!.forEach((value, index) => (y[index * size + (value - lo)] = 1));
    return y;
  },
};
