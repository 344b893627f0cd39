import { floatSourcesOf } from "./shapes.ts";
import type { FloatNode, FloatSource } from "./types.ts";

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
