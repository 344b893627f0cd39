import type { IntegerModel, ModelNode, Shape } from "@verimesh/core";

export function modelOf(inputShape: Shape, nodes: readonly ModelNode[]): IntegerModel {
  // Hidden, since then the answer may be of any length.
  return {
    format: "verimesh-integer-model/2",
    inputShape,
    nodes,
    output: { kind: "scores" },
    hides: "inputAndOutput",
  };
}
