import { elementCount, VerimeshError, type Shape } from "@verimesh/core";
import type { FloatBroadcast, FloatNode, FloatReshape, FloatSource } from "./types.ts";

/** A node whose shape follows from its sources; a reshape and a broadcast name theirs. */
export type FloatNodeDraft = DraftOf<FloatNode>;
type DraftOf<Node> = Node extends FloatReshape | FloatBroadcast
  ? Node
  : Node extends FloatNode
    ? Omit<Node, "shape">
    : 0;

/** What a node consumes, in order. */
export function floatSourcesOf(node: FloatNodeDraft): readonly FloatSource[] {
  return "sources" in node ? node.sources : [node.source];
}

/**
 * The shape of a node's result, without batch; checks the node's own numbers against its sources.
 *
 * @throws VerimeshError `MODEL_FILE_INVALID` naming the node
 */
export function inferFloatShape(node: FloatNodeDraft, sourceShapes: readonly Shape[]): Shape {
  const source = sourceShapes[0] ?? [];
  const must = (holds: boolean, expected: string): void => {
    if (holds) return;
    throw new VerimeshError(
      `"${node.name}" (${node.op}) does not fit its input of shape ${sourceShapes.map(text).join(" and ")}.`,
      { code: "MODEL_FILE_INVALID", details: `Expected ${expected}.` },
    );
  };
  const last = source.at(-1) ?? 0;
  const mustPeriod = (length: number, what: string) =>
    must(
      [1, last, elementCount(source)].includes(length),
      `${what} for all, per channel or per element, not ${length}`,
    );
  switch (node.op) {
    case "dense":
      must(last === node.inputs && source.length > 0, `a last axis of ${node.inputs}`);
      must(node.weights.length === node.inputs * node.units, `${node.inputs}·${node.units} weights`);
      must(node.bias.length === node.units, `${node.units} biases`);
      return [...source.slice(0, -1), node.units];
    case "conv2d": {
      must(source.length === 3, "an image [height, width, channels]");
      must(node.groups > 0 && last % node.groups === 0, `channels that ${node.groups} groups divide`);
      must(node.filters % node.groups === 0, `filters that ${node.groups} groups divide`);
      const weights = node.kernel[0] * node.kernel[1] * (last / node.groups) * node.filters;
      must(node.weights.length === weights, `${weights} weights`);
      must(node.bias.length === node.filters, `${node.filters} biases`);
      return [...windows(node, source, must), node.filters];
    }
    case "averagePool2d":
    case "maxPool2d":
      must(source.length === 3, "an image [height, width, channels]");
      return [...windows({ ...node, kernel: node.window }, source, must), last];
    case "affine":
      mustPeriod(node.scale.length, "scales");
      mustPeriod(node.offset.length, "offsets");
      return source;
    case "unary":
    case "softmax":
      return source;
    case "layerNorm":
      must(node.gamma.length === last && node.beta.length === last, `${node.gamma.length} channels`);
      return source;
    case "add":
    case "subtract":
    case "multiply":
    case "maximum":
    case "minimum":
      must(text(source) === text(sourceShapes[1]!), "two equal shapes");
      return source;
    case "matMul": {
      const [a, b] = [source, sourceShapes[1]!];
      must(a.length >= 2 && a.length === b.length, "two stacks of matrices of equal rank");
      must(text(a.slice(0, -2)) === text(b.slice(0, -2)), "equal leading axes");
      must(a.at(-1) === b.at(-2), "[…, m, k] and […, k, n]");
      return [...a.slice(0, -1), b.at(-1)!];
    }
    case "embedding":
      must(node.table.length === node.rows * node.width, `${node.rows}·${node.width} numbers in the table`);
      return [...source, node.width];
    case "reshape":
      must(elementCount(node.shape) === elementCount(source), `${elementCount(node.shape)} elements`);
      return node.shape;
    case "transpose":
      must(text([...node.permutation].sort((a, b) => a - b)) === text(source.map((_, axis) => axis)), "a permutation");
      return node.permutation.map((axis) => source[axis]!);
    case "slice": {
      const fits = source.every((size, axis) => {
        const [begin, count, stride] = [node.begin[axis]!, node.size[axis]!, node.strides[axis]!];
        return begin >= 0 && count >= 1 && stride >= 1 && begin + (count - 1) * stride < size;
      });
      must(fits && node.begin.length === source.length, `a part within the tensor`);
      return node.size;
    }
    case "concat": {
      must(node.axis >= 0 && node.axis < source.length, `an axis below ${source.length}, not ${node.axis}`);
      const without = (shape: Shape) => text(shape.filter((_, axis) => axis !== node.axis));
      must(
        sourceShapes.every((shape) => shape.length === source.length && without(shape) === without(source)),
        `shapes that are equal but for axis ${node.axis}`,
      );
      const total = sourceShapes.reduce((sum, shape) => sum + shape[node.axis]!, 0);
      return source.map((size, axis) => (axis === node.axis ? total : size));
    }
    case "pad":
      must(
        [node.before, node.after].every((list) => list.length === source.length && list.every((n) => n >= 0)),
        "padding of 0 or more for each axis",
      );
      return source.map((size, axis) => node.before[axis]! + size + node.after[axis]!);
    case "broadcast": {
      const missing = node.shape.length - source.length;
      must(
        missing >= 0 && source.every((size, axis) => size === 1 || size === node.shape[missing + axis]),
        `a shape that stretches to ${text(node.shape)}`,
      );
      return node.shape;
    }
    case "trees":
      must(source.length === 1, "a vector");
      must(node.base.length === node.outputs, `${node.outputs} base scores`);
      return [node.outputs];
  }
}

interface Windowed {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations?: readonly [number, number];
  readonly padding?: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };
}

function windows(
  { kernel, strides, dilations = [1, 1], padding }: Windowed,
  source: Shape,
  must: (holds: boolean, expected: string) => void,
): [number, number] {
  const { top, bottom, left, right } = padding ?? { top: 0, bottom: 0, left: 0, right: 0 };
  const positive = [kernel, strides, dilations].flat().every((n) => Number.isInteger(n) && n >= 1);
  must(
    positive && [top, bottom, left, right].every((n) => Number.isInteger(n) && n >= 0),
    "whole windows and paddings",
  );
  const padded = [source[0]! + top + bottom, source[1]! + left + right];
  const counts = [0, 1].map((axis) => {
    const reach = (kernel[axis]! - 1) * dilations[axis]! + 1;
    return Math.floor((padded[axis]! - reach) / strides[axis]!) + 1;
  });
  must(
    counts.every((count) => count >= 1),
    `an image of at least the kernel ${text(kernel)}`,
  );
  return [counts[0]!, counts[1]!];
}

function text(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}
