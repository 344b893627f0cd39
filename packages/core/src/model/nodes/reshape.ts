import { elementCount } from "../shapes.ts";
import type { ReshapeNode } from "../types.ts";
import { checkShape, refuse } from "./checks.ts";
import type { RearrangingKind } from "./NodeKind.ts";

export const reshape: RearrangingKind<ReshapeNode> = {
  family: "rearranging",
  tensors: [],

  shape(node, [source]) {
    checkShape(node, node.shape);
    if (elementCount(node.shape) !== elementCount(source!)) {
      refuse(node, `makes [${node.shape.join(", ")}] of [${source!.join(", ")}]`, "the same number of elements");
    }
    return node.shape;
  },

  origins: (_node, { shape }) => Int32Array.from({ length: elementCount(shape) }, (_, index) => index),
};
