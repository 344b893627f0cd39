import { MODEL_LIMITS } from "../limits.ts";
import { elementCount, stridedIndices, stridesOf } from "../shapes.ts";
import type { PadNode } from "../types.ts";
import { checkInteger, checkIntegers, checkShape, VALUE_LIMIT } from "./checks.ts";
import type { RearrangingKind } from "./NodeKind.ts";

export const pad: RearrangingKind<PadNode> = {
  family: "rearranging",
  tensors: [],

  shape(node, [source]) {
    checkIntegers(node, "before", node.before, source!.length, 0, MODEL_LIMITS.elements);
    checkIntegers(node, "after", node.after, source!.length, 0, MODEL_LIMITS.elements);
    checkInteger(node, "value", node.value, 1 - VALUE_LIMIT, VALUE_LIMIT - 1);
    return checkShape(
      node,
      source!.map((size, axis) => node.before[axis]! + size + node.after[axis]!),
    );
  },

  origins({ before }, { sources, shape }) {
    const origins = new Int32Array(elementCount(shape)).fill(-1);
    const strides = stridesOf(shape);
    const start = before.reduce((sum, count, axis) => sum + count * strides[axis]!, 0);
    stridedIndices(sources[0]!, start, strides).forEach((place, element) => (origins[place] = element));
    return origins;
  },

  constant: ({ value }) => value,
};
