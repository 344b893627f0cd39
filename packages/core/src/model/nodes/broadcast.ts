import { stridedIndices, stridesOf } from "../shapes.ts";
import type { BroadcastNode } from "../types.ts";
import { checkShape, refuse } from "./checks.ts";
import type { RearrangingKind } from "./NodeKind.ts";

export const broadcast: RearrangingKind<BroadcastNode> = {
  family: "rearranging",
  tensors: [],

  shape(node, [source]) {
    const shape = checkShape(node, node.shape);
    const missing = shape.length - source!.length;
    if (missing < 0 || !source!.every((size, axis) => size === 1 || size === shape[axis + missing])) {
      refuse(node, `repeats [${source!.join(", ")}] to [${shape.join(", ")}]`, "each axis of the same size or of 1");
    }
    return shape;
  },

  origins(_node, { sources: [source], shape }) {
    const strides = stridesOf(source!);
    const missing = shape.length - source!.length;
    const repeated = shape.map((_, axis) =>
      axis < missing || source![axis - missing] === 1 ? 0 : strides[axis - missing]!,
    );
    return stridedIndices(shape, 0, repeated);
  },
};
