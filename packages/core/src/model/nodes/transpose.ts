import { stridedIndices, stridesOf } from "../shapes.ts";
import type { TransposeNode } from "../types.ts";
import { checkIntegers, refuse } from "./checks.ts";
import type { RearrangingKind } from "./NodeKind.ts";

export const transpose: RearrangingKind<TransposeNode> = {
  family: "rearranging",
  tensors: [],

  shape(node, [source]) {
    const rank = source!.length;
    checkIntegers(node, "permutation", node.permutation, rank, 0, rank - 1);
    if (new Set(node.permutation).size !== rank) {
      refuse(node, `has permutation [${node.permutation.join(", ")}]`, "each axis once");
    }
    return node.permutation.map((axis) => source![axis]!);
  },

  origins({ permutation }, { sources, shape }) {
    const strides = stridesOf(sources[0]!);
    return stridedIndices(
      shape,
      0,
      permutation.map((axis) => strides[axis]!),
    );
  },
};
