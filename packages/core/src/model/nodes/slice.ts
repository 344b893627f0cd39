import { MODEL_LIMITS } from "../limits.ts";
import { stridedIndices, stridesOf } from "../shapes.ts";
import type { SliceNode } from "../types.ts";
import { checkIntegers, checkShape, refuse } from "./checks.ts";
import type { RearrangingKind } from "./NodeKind.ts";

export const slice: RearrangingKind<SliceNode> = {
  family: "rearranging",
  tensors: [],

  shape(node, [source]) {
    const { begin, size, strides } = node;
    const rank = source!.length;
    checkIntegers(node, "begin", begin, rank, 0, MODEL_LIMITS.elements);
    checkIntegers(node, "size", size, rank, 1, MODEL_LIMITS.elements);
    checkIntegers(node, "strides", strides, rank, 1, MODEL_LIMITS.elements);
    source!.forEach((available, axis) => {
      const last = begin[axis]! + (size[axis]! - 1) * strides[axis]!;
      if (last >= available) refuse(node, `reads element ${last} of axis ${axis}`, `0 to ${available - 1}`);
    });
    return checkShape(node, size);
  },

  origins({ begin, strides }, { sources, shape }) {
    const steps = stridesOf(sources[0]!);
    const start = begin.reduce((sum, first, axis) => sum + first * steps[axis]!, 0);
    return stridedIndices(
      shape,
      start,
      steps.map((step, axis) => step * strides[axis]!),
    );
  },
};
