import { floatSourcesOf } from "../../float/shapes.ts";
import type { FloatModel, FloatNode, FloatSource } from "../../float/types.ts";

/** A float model while it is rewritten: nodes are replaced in place, or dropped in favour of an earlier source. */
export class FloatGraph {
  private readonly model: FloatModel;
  private readonly nodes: (FloatNode | null)[];

  constructor(model: FloatModel) {
    this.model = model;
    this.nodes = [...model.nodes];
  }

  /** Nodes that are still there, with their numbers as sources. */
  *entries(): Generator<readonly [FloatSource, FloatNode]> {
    for (let source = 1; source <= this.nodes.length; source++) {
      const node = this.nodes[source - 1];
      if (node) yield [source, node];
    }
  }

  nodeOf(source: FloatSource): FloatNode | undefined {
    return this.nodes[source - 1] ?? undefined;
  }

  get last(): FloatSource {
    return this.nodes.findLastIndex((node) => node !== null) + 1;
  }

  consumersOf(source: FloatSource): FloatSource[] {
    return [...this.entries()].filter(([, node]) => floatSourcesOf(node).includes(source)).map(([number]) => number);
  }

  /** The node that a source is, if `consumer` alone reads it. */
  soleSource(source: FloatSource): FloatNode | undefined {
    return source !== this.last && this.consumersOf(source).length === 1 ? this.nodeOf(source) : undefined;
  }

  replace(source: FloatSource, node: FloatNode): void {
    this.nodes[source - 1] = node;
  }

  /** Drops a node: whoever read it reads `instead`. */
  drop(source: FloatSource, instead: FloatSource): void {
    this.nodes[source - 1] = null;
    for (const [number, node] of this.entries()) {
      this.replace(
        number,
        withSources(node, (read) => (read === source ? instead : read)),
      );
    }
  }

  /** The model without dropped nodes and without those that the last one does not need. */
  finish(): FloatModel {
    const last = this.last;
    const needed = new Set([last]);
    for (let source = last; source > 0; source--) {
      const node = this.nodeOf(source);
      if (node && needed.has(source)) for (const earlier of floatSourcesOf(node)) needed.add(earlier);
    }
    const numbers = new Map<FloatSource, FloatSource>([[0, 0]]);
    const nodes: FloatNode[] = [];
    for (const [source, node] of this.entries()) {
      if (!needed.has(source)) continue;
      nodes.push(withSources(node, (read) => numbers.get(read)!));
      numbers.set(source, nodes.length);
    }
    return { ...this.model, nodes };
  }
}

function withSources(node: FloatNode, map: (source: FloatSource) => FloatSource): FloatNode {
  if ("source" in node) return { ...node, source: map(node.source) };
  return { ...node, sources: node.sources.map(map) } as FloatNode;
}
