import { elementCount } from "../shapes.ts";
import type { GatherNode } from "../types.ts";
import { checkShape, checkTensor } from "./checks.ts";
import type { RearrangingKind } from "./NodeKind.ts";

export const gather: RearrangingKind<GatherNode> = {
  family: "rearranging",
  tensors: ["indices"],

  shape(node, [source]) {
    checkShape(node, node.shape);
    checkTensor(node, "indices", node.indices, Int32Array, [elementCount(node.shape)], [0, elementCount(source!) - 1]);
    return node.shape;
  },

  origins: ({ indices }) => indices,
};
