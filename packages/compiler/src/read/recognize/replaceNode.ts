import { keepReachable } from "../../float/reachable.ts";
import type { FloatModel, FloatNode, FloatSource } from "../../float/types.ts";

/** The model with one node changed and without those that then lead nowhere. */
export function replaceNode(model: FloatModel, source: FloatSource, node: FloatNode): FloatModel {
  const nodes = model.nodes.map((old, index) => (index === source - 1 ? node : old));
  return { ...model, nodes: keepReachable(nodes, nodes.length) };
}
