import { elementCount, sameShape, stridedIndices, stridesOf } from "../shapes.ts";
import type { ConcatNode } from "../types.ts";
import { checkInteger, checkShape, refuse } from "./checks.ts";
import type { RearrangingKind } from "./NodeKind.ts";

export const concat: RearrangingKind<ConcatNode> = {
  family: "rearranging",
  tensors: [],

  shape(node, sources) {
    const [first] = sources;
    const { axis } = node;
    checkInteger(node, "axis", axis, 0, first!.length - 1);
    for (const source of sources) {
      if (sameShape(source.with(axis, 0), first!.with(axis, 0)) && source.length === first!.length) continue;
      refuse(node, `joins [${first!.join(", ")}] and [${source.join(", ")}]`, `the same sizes but along axis ${axis}`);
    }
    return checkShape(
      node,
      first!.with(
        axis,
        sources.reduce((sum, source) => sum + source[axis]!, 0),
      ),
    );
  },

  origins({ axis }, { sources, shape }) {
    const origins = new Int32Array(elementCount(shape));
    const strides = stridesOf(shape);
    let [place, element] = [0, 0];
    for (const source of sources) {
      for (const index of stridedIndices(source, place, strides)) origins[index] = element++;
      place += source[axis]! * strides[axis]!;
    }
    return origins;
  },
};
