import {
  FLOAT32_EXACT_LIMIT,
  VerimeshError,
  boundsOfNode,
  hullOf,
  shapeOfNode,
  sourcesOf,
  validateModel,
  type Bounds,
  type Hiding,
  type IntegerModel,
  type Interval,
  type ModelNode,
  type OutputRule,
  type Shape,
  type Source,
} from "@verimesh/core";
import { runNodeFast } from "./runNodeFast.ts";

/** A node as it is appended: the builder sees to the name. */
export type NodeDraft = ModelNode extends infer Node ? (Node extends ModelNode ? Omit<Node, "name"> : never) : never;

const NAME_LENGTH = 128;

/**
 * Grows an integer model node by node. It knows of every node the shape, the bounds that hold for any input, and what
 * the probes (some real inputs) make of it; a node that float32 could not compute exactly is refused at once.
 */
export class IntegerModelBuilder {
  private readonly inputShape: Shape;
  private readonly nodes: ModelNode[] = [];
  private readonly shapes: Shape[];
  private readonly bounds: Bounds[];
  private readonly probed: Int32Array[][];
  private readonly names = new Set<string>();

  /** @param probes inputs whose values are kept at every node, one byte per element */
  constructor(inputShape: Shape, probes: readonly Uint8Array[] = []) {
    this.inputShape = inputShape;
    this.shapes = [inputShape];
    this.bounds = [{ lo: Float64Array.of(0), hi: Float64Array.of(255) }];
    this.probed = [probes.map((bytes) => Int32Array.from(bytes))];
  }

  /**
   * Appends a node and gives its number as a source.
   *
   * @param name for people; a number is added where it is taken
   * @param runs what the probes make of it, where that is known
   * @throws VerimeshError `QUANTIZATION_IMPOSSIBLE` if sums or products could reach 2^24; as `shapeOfNode`
   */
  append(name: string, draft: NodeDraft, runs?: Int32Array[]): Source {
    const node = { ...draft, name: this.unusedName(name) } as ModelNode;
    const sources = sourcesOf(node);
    const shapes = sources.map((source) => this.shapes[source]!);
    const shape = shapeOfNode(node, shapes);
    const { bounds, executionBound } = boundsOfNode(
      node,
      shapes,
      sources.map((source) => this.bounds[source]!),
    );
    if (executionBound >= FLOAT32_EXACT_LIMIT) {
      throw new VerimeshError(`"${name}" could reach ${executionBound} in a sum or product.`, {
        code: "QUANTIZATION_IMPOSSIBLE",
        details:
          "Expected less than 2^24, so that float32 is exact. Fewer weight or activation bits, or a smaller layer.",
      });
    }
    this.names.add(node.name);
    this.nodes.push(node);
    this.shapes.push(shape);
    this.bounds.push(bounds);
    this.probed.push(runs ?? this.runProbes(node));
    return this.nodes.length;
  }

  /** What the probes would make of a node, without appending it. */
  preview(draft: NodeDraft): Int32Array[] {
    return this.runProbes({ ...draft, name: "preview" });
  }

  shapeOf(source: Source): Shape {
    return this.shapes[source]!;
  }

  boundsOf(source: Source): Bounds {
    return this.bounds[source]!;
  }

  /** The interval that holds every element, whatever the input. */
  hullOf(source: Source): Interval {
    return hullOf(this.bounds[source]!);
  }

  /** Per probe: the values of a source. */
  probesOf(source: Source): readonly Int32Array[] {
    return this.probed[source]!;
  }

  /** The node that a source is; undefined for the model's input. */
  nodeOf(source: Source): ModelNode | undefined {
    return this.nodes[source - 1];
  }

  /**
   * The model up to `scores`, without nodes that it does not need.
   *
   * @throws VerimeshError as `validateModel`
   */
  finish(scores: Source, output: OutputRule, hides: Hiding): IntegerModel {
    const needed = new Set<Source>([scores]);
    for (let source = scores; source > 0; source--) {
      if (needed.has(source)) for (const earlier of sourcesOf(this.nodes[source - 1]!)) needed.add(earlier);
    }
    const numbers = new Map<Source, Source>([[0, 0]]);
    const nodes: ModelNode[] = [];
    for (let source = 1; source <= scores; source++) {
      if (!needed.has(source)) continue;
      nodes.push(renumbered(this.nodes[source - 1]!, numbers));
      numbers.set(source, nodes.length);
    }
    const model: IntegerModel = {
      format: "verimesh-integer-model/2",
      inputShape: this.inputShape,
      nodes,
      output,
      hides,
    };
    validateModel(model);
    return model;
  }

  private runProbes(node: ModelNode): Int32Array[] {
    const sources = sourcesOf(node);
    const shapes = sources.map((source) => this.shapes[source]!);
    return this.probed[0]!.map((_, run) =>
      runNodeFast(
        node,
        shapes,
        sources.map((source) => this.probed[source]![run]!),
      ),
    );
  }

  private unusedName(name: string): string {
    const base = name.slice(0, NAME_LENGTH - 6) || "node";
    if (!this.names.has(base)) return base;
    let number = 2;
    while (this.names.has(`${base} ${number}`)) number++;
    return `${base} ${number}`;
  }
}

function renumbered(node: ModelNode, numbers: ReadonlyMap<Source, Source>): ModelNode {
  if ("source" in node) return { ...node, source: numbers.get(node.source)! };
  return { ...node, sources: node.sources.map((source) => numbers.get(source)!) } as ModelNode;
}
