import type { IntegerModel } from "@verimesh/core";

/** Weights and biases of all linear nodes. */
export function weightCount({ nodes }: IntegerModel): number {
  return nodes.reduce((sum, node) => {
    if (node.kind === "dense" || node.kind === "conv2d") return sum + node.weights.length + node.bias.length;
    if (node.kind !== "combine") return sum;
    return node.multipliers.reduce((total, list) => total + list.length, sum + node.bias.length);
  }, 0);
}
