import { floatSourcesOf } from "../../float/shapes.ts";
import type { FloatModel, FloatNode, FloatSource } from "../../float/types.ts";

/** The model with one node changed and without those that then lead nowhere. */
export function replaceNode(model: FloatModel, source: FloatSource, node: FloatNode): FloatModel {
  const nodes = model.nodes.map((old, index) => (index === source - 1 ? node : old));
  return { ...model, nodes: keepReachable(nodes, nodes.length) };
}

/** What leads to a node, renumbered; the node comes last. */
export function keepReachable(
  nodes: readonly FloatNode[],
  output: FloatSource,
  /** Counts as the input; what only it needs is left out. */
  input: FloatSource = 0,
): FloatNode[] {
  const wanted = new Set<FloatSource>([output]);
  for (let source = output; source > input; source--) {
    if (wanted.has(source)) for (const earlier of floatSourcesOf(nodes[source - 1]!)) wanted.add(earlier);
  }
  const order = [...wanted].filter((source) => source > input).sort((a, b) => a - b);
  const renumbered = new Map<FloatSource, FloatSource>([
    [input, 0],
    ...order.map((source, k) => [source, k + 1] as const),
  ]);
  return order.map((source) => {
    const node = nodes[source - 1]!;
    return "sources" in node
      ? ({ ...node, sources: node.sources.map((earlier) => renumbered.get(earlier)!) } as FloatNode)
      : { ...node, source: renumbered.get(node.source)! };
  });
}

/** Whether the node depends on the model's input through `input` alone. */
export function dependsOnlyOn(nodes: readonly FloatNode[], output: FloatSource, input: FloatSource): boolean {
  const seen = new Set<FloatSource>([output]);
  for (let source = output; source > input; source--) {
    if (seen.has(source)) for (const earlier of floatSourcesOf(nodes[source - 1]!)) seen.add(earlier);
  }
  return seen.has(input) && [...seen].every((source) => source >= input);
}
