import { FLOAT32_EXACT_LIMIT } from "../../constants.ts";
import { VerimeshError } from "../../errors/VerimeshError.ts";
import {
  boundsOfNode,
  elementCount,
  hullOf,
  shapeOfNode,
  sourcesOf,
  type Bounds,
  type Interval,
  type ModelNode,
  type Shape,
  type Source,
} from "../../index.ts";
import type { Random } from "../../random.ts";
import { factorize } from "./draw.ts";

/** A node that has no name yet. */
export type Draft = ModelNode extends infer Node ? (Node extends ModelNode ? Omit<Node, "name"> : never) : never;

interface Value {
  readonly shape: Shape;
  readonly bounds: Bounds;
}

export interface GrowthLimits {
  /** Of one tensor. */
  readonly elements: number;
  /** Of a lookup's table. */
  readonly tableLength: number;
}

/** A graph that grows node by node and stays valid. */
export class Growth {
  readonly nodes: ModelNode[] = [];
  readonly random: Random;
  readonly limits: GrowthLimits;
  private readonly values: Value[];
  private readonly read = new Set<Source>();

  constructor(random: Random, inputShape: Shape, limits: GrowthLimits) {
    this.random = random;
    this.limits = limits;
    this.values = [{ shape: inputShape, bounds: { lo: Float64Array.of(0), hi: Float64Array.of(255) } }];
  }

  /** The node just added, or the input. */
  get last(): Source {
    return this.values.length - 1;
  }

  shapeOf(source: Source): Shape {
    return this.values[source]!.shape;
  }

  intervalOf(source: Source): Interval {
    return hullOf(this.values[source]!.bounds);
  }

  /** Mostly a late value, or one that nothing has read. */
  pick(): Source {
    const { random, last } = this;
    if (random.chance(0.5)) return last;
    const unread = this.values.map((_, source) => source).filter((source) => !this.read.has(source));
    return unread.length > 0 && random.chance(0.6) ? random.pick(unread) : random.integer(0, last);
  }

  sourcesOfShape(shape: Shape): Source[] {
    return this.values.flatMap((value, source) => (String(value.shape) === String(shape) ? [source] : []));
  }

  /** Appends the node, its weights made smaller where float32 could not hold their sums; null where it does not fit. */
  append(draft: Draft): Source | null {
    const node = { ...draft, name: `${draft.kind}_${this.nodes.length + 1}` } as ModelNode;
    const value = this.valueOf(node);
    if (value === "too large") {
      const smaller = thinned(node);
      return smaller && this.append(smaller);
    }
    if (value === null || elementCount(value.shape) > this.limits.elements) return null;
    this.nodes.push(node);
    for (const source of sourcesOf(node)) this.read.add(source);
    return this.values.push(value) - 1;
  }

  /** As an image `[height, width, channels]`. */
  image(source: Source): Source | null {
    const shape = this.shapeOf(source);
    if (shape.length === 3) return source;
    return this.append({ kind: "reshape", source, shape: factorize(this.random, elementCount(shape), 3) });
  }

  /** Elements of that source, or of another, in that shape. */
  arranged(source: Source, shape: Shape): Source | null {
    const alike = this.sourcesOfShape(shape).filter((other) => other !== source);
    if (alike.length > 0 && this.random.chance(0.7)) return this.random.pick(alike);
    const count = elementCount(this.shapeOf(source));
    const indices = Int32Array.from({ length: elementCount(shape) }, () => this.random.integer(0, count - 1));
    return this.append({ kind: "gather", source, indices, shape });
  }

  /** Within an interval of at most that width. */
  narrowed(source: Source, width: number): Source | null {
    const { lo, hi } = this.intervalOf(source);
    if (hi - lo <= width) return source;
    const shift = Math.min(23, Math.max(0, Math.ceil(Math.log2((hi - lo) / width)) - this.random.integer(0, 2)));
    const from = lo >= 0 ? 0 : -Math.floor(width / 2);
    return this.append({ kind: "requantize", source, shifts: [shift], lo: from, hi: from + width });
  }

  private valueOf(node: ModelNode): Value | "too large" | null {
    const sources = sourcesOf(node).map((source) => this.values[source]!);
    const shapes = sources.map(({ shape }) => shape);
    try {
      const shape = shapeOfNode(node, shapes);
      if (elementCount(shape) > this.limits.elements) return null;
      const { bounds, executionBound } = boundsOfNode(
        node,
        shapes,
        sources.map((source) => source.bounds),
      );
      return executionBound < FLOAT32_EXACT_LIMIT ? { shape, bounds } : "too large";
    } catch (error) {
      if (error instanceof VerimeshError) return null;
      throw error;
    }
  }
}

function thinned(node: ModelNode): ModelNode | null {
  const quarter = <List extends Int8Array | Int32Array>(list: List) => list.map((n) => Math.trunc(n / 4)) as List;
  if (node.kind === "dense" || node.kind === "conv2d") {
    return isZero(node.weights) && isZero(node.bias)
      ? null
      : { ...node, weights: quarter(node.weights), bias: quarter(node.bias) };
  }
  if (node.kind === "combine") {
    return node.multipliers.every(isZero) && isZero(node.bias)
      ? null
      : { ...node, multipliers: node.multipliers.map(quarter), bias: quarter(node.bias) };
  }
  if (node.kind === "sumPool2d" && node.multiplier > 1) return { ...node, multiplier: 1 };
  return null;
}

function isZero(list: Int8Array | Int32Array): boolean {
  return list.every((n) => n === 0);
}
