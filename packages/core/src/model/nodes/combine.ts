import { commonPeriod, type Bounds, type NodeBounds } from "../bounds/Bounds.ts";
import { isAtLeast } from "../bounds/LargestOf.ts";
import { channelsOf, elementCount, sameShape } from "../shapes.ts";
import type { CombineNode, Interval, Shape } from "../types.ts";
import { checkTensor, refuse } from "./checks.ts";
import { elementwiseBounds } from "./elementwise.ts";
import { boundsOfTerms } from "./linear.ts";
import type { LinearKind, NodeShapes } from "./NodeKind.ts";

const MULTIPLIERS = [-(2 ** 24), 2 ** 24] as const;

export const combine: LinearKind<CombineNode> = {
  family: "linear",
  tensors: ["multipliers", "bias"],

  shape(node, sources) {
    const shape = sources[0]!;
    sources.forEach((other) => {
      if (!sameShape(other, shape)) refuse(node, `is given [${other.join(", ")}]`, `[${shape.join(", ")}] of each`);
    });
    if (node.multipliers.length !== sources.length) {
      refuse(node, `has ${node.multipliers.length} lists of multipliers`, `${sources.length}, one per source`);
    }
    for (const multipliers of node.multipliers) {
      checkTensor(node, "multipliers", multipliers, Int32Array, periodsOf(shape), MULTIPLIERS);
    }
    checkTensor(node, "biases", node.bias, Int32Array, periodsOf(shape));
    return shape;
  },

  work: ({ sources }, { shape }) => elementCount(shape) * sources.length,

  row({ multipliers, bias }, _shapes, index, add) {
    multipliers.forEach((list, source) => add(source, index, list[index % list.length]!));
    return bias[index % bias.length]!;
  },

  plan(node, shapes, bounds) {
    const lists = [...node.multipliers, node.bias].map((list) => list.length);
    const period = commonPeriod(...lists, ...bounds.map(({ lo }) => lo.length));
    return { node, shapes, bounds, period, starts: [0] };
  },

  knownBounds(node, shapes, bounds) {
    const [a, b] = bounds;
    if (bounds.length !== 2) return null;
    if (isAtLeast(b!, a!)) return boundsOfOrdered(node, shapes, bounds, 0, 1);
    return isAtLeast(a!, b!) ? boundsOfOrdered(node, shapes, bounds, 1, 0) : null;
  },
};

/**
 * Where y ≥ x element by element, as a row's largest is, `m·x + n·y` is `(m + n)·x + n·d` and `(m + n)·y − m·d` with a
 * d from 0 on: so that `x − y` is never above 0.
 */
function boundsOfOrdered(
  node: CombineNode,
  shapes: NodeShapes,
  sources: readonly Bounds[],
  small: 0 | 1,
  large: 0 | 1,
): NodeBounds {
  const { multipliers, bias } = node;
  const plain = boundsOfTerms(combine as unknown as LinearKind, node, shapes, sources);
  const lists = [...multipliers, bias].map((list) => list.length);
  const bounds = elementwiseBounds(shapes.shape, [plain.bounds, ...sources], commonPeriod(...lists), (known, index) => {
    const [sum, x, y] = [known[0]!, known[1 + small]!, known[1 + large]!];
    const m = multipliers[small]![index % multipliers[small]!.length]!;
    const n = multipliers[large]![index % multipliers[large]!.length]!;
    const gap = { lo: Math.max(0, y.lo - x.hi), hi: y.hi - x.lo };
    const constant = bias[index % bias.length]!;
    const ways = [
      sum,
      sumOf(scaled(x, m + n), scaled(gap, n), constant),
      sumOf(scaled(y, m + n), scaled(gap, -m), constant),
    ];
    return { lo: Math.max(...ways.map(({ lo }) => lo)), hi: Math.min(...ways.map(({ hi }) => hi)) };
  });
  return { bounds, executionBound: plain.executionBound };
}

function scaled({ lo, hi }: Interval, factor: number): Interval {
  return factor >= 0 ? { lo: lo * factor, hi: hi * factor } : { lo: hi * factor, hi: lo * factor };
}

function sumOf(a: Interval, b: Interval, constant: number): Interval {
  return { lo: a.lo + b.lo + constant, hi: a.hi + b.hi + constant };
}

/** Lengths of what may be one for all, one per channel or one per element. */
function periodsOf(shape: Shape): number[] {
  return [1, channelsOf(shape), elementCount(shape)];
}
