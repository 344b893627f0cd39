import { elementCount, type ModelNode, type Shape } from "../../index.ts";

/** What a node had before: its sources' shapes and its own. */
interface Before {
  readonly sources: readonly Shape[];
  readonly shape: Shape;
}

/**
 * The node as it must be for smaller sources: lists cut off, shapes recomputed. Null where there is no plain way; what
 * it gives may still be invalid.
 */
export function adapted(node: ModelNode, before: Before, sources: readonly Shape[]): ModelNode | null {
  const [old, now] = [before.sources[0]!, sources[0]!];
  if (String(before.sources) === String(sources)) return node;
  switch (node.kind) {
    case "dense":
      return { ...node, inputs: now.at(-1)!, weights: node.weights.slice(0, now.at(-1)! * node.units) };
    case "conv2d": {
      if (old[2] === now[2]) return node;
      if (node.groups !== 1) return null;
      const [channels, kept] = [old[2]!, now[2]!];
      const weights = node.weights.filter((_, at) => Math.floor(at / node.filters) % channels < kept);
      return { ...node, weights };
    }
    case "combine":
      return {
        ...node,
        multipliers: node.multipliers.map((list) => cut(list, before.shape, now)),
        bias: cut(node.bias, before.shape, now),
      };
    case "requantize":
      return { ...node, shifts: node.shifts.length === 1 ? node.shifts : node.shifts.slice(0, now.at(-1)) };
    case "atLeast":
      return { ...node, thresholds: cut(node.thresholds, before.shape, now) };
    case "reshape":
      return { ...node, shape: fitted(node.shape, elementCount(now)) };
    case "slice": {
      const begin = node.begin.map((first, axis) => Math.min(first, now[axis]! - 1));
      const most = (axis: number) => Math.ceil((now[axis]! - begin[axis]!) / node.strides[axis]!);
      return { ...node, begin, size: node.size.map((size, axis) => Math.min(size, most(axis))) };
    }
    case "broadcast": {
      const front = node.shape.length - now.length;
      return { ...node, shape: node.shape.map((size, axis) => (old[axis - front]! > 1 ? now[axis - front]! : size)) };
    }
    case "gather":
      return { ...node, indices: node.indices.map((index) => Math.min(index, elementCount(now) - 1)) };
    default:
      return node;
  }
}

/** A list of one number for all, one per channel or one per element of a shape, for another shape. */
function cut(list: Int32Array, before: Shape, now: Shape): Int32Array {
  if (list.length === 1) return list;
  return list.slice(0, list.length === elementCount(before) ? elementCount(now) : now.at(-1));
}

/** A shape of that many elements that keeps the old one's axes as far as they divide it; the last takes the rest. */
function fitted(shape: Shape, count: number): Shape {
  let rest = count;
  const front = shape.slice(0, -1).map((size) => {
    const kept = rest % size === 0 ? size : 1;
    rest /= kept;
    return kept;
  });
  return [...front, rest];
}
