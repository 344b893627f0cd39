import { compressBounds, type Bounds, type NodeBounds } from "../bounds/Bounds.ts";
import { elementCount } from "../shapes.ts";
import type { LinearNode } from "../types.ts";
import type { LinearKind, NodeShapes } from "./NodeKind.ts";

/** Runs a linear node, term by term. */
export function runLinear(
  kind: LinearKind,
  node: LinearNode,
  shapes: NodeShapes,
  sources: readonly Int32Array[],
): Int32Array {
  let sum = 0;
  const add = (source: number, element: number, coefficient: number) => {
    sum += coefficient * sources[source]![element]!;
  };
  const results = new Int32Array(elementCount(shapes.shape));
  for (let index = 0; index < results.length; index++) {
    sum = 0;
    const constant = kind.row(node, shapes, index, add);
    results[index] = sum + constant;
  }
  return results;
}

/** Interval arithmetic over the terms, with the actual weights. */
export function boundsOfLinear(
  kind: LinearKind,
  node: LinearNode,
  shapes: NodeShapes,
  sourceBounds: readonly Bounds[],
): NodeBounds {
  return kind.knownBounds?.(node, shapes, sourceBounds) ?? boundsOfTerms(kind, node, shapes, sourceBounds);
}

/** The same where nothing is known of how the sources' elements depend on each other. */
export function boundsOfTerms(
  kind: LinearKind,
  node: LinearNode,
  shapes: NodeShapes,
  sourceBounds: readonly Bounds[],
): NodeBounds {
  const plan = kind.plan(node, shapes, sourceBounds);
  const [lo, hi] = [new Float64Array(plan.period), new Float64Array(plan.period)];
  let [low, high, magnitude, executionBound] = [0, 0, 0, 0];
  const add = (source: number, element: number, coefficient: number) => {
    const bounds = plan.bounds[source]!;
    const [least, most] = [bounds.lo[element % bounds.lo.length]!, bounds.hi[element % bounds.hi.length]!];
    low += coefficient * (coefficient >= 0 ? least : most);
    high += coefficient * (coefficient >= 0 ? most : least);
    // An element that is always 0 counts as 1, so that the coefficients of a row stay below 2^24 as well.
    magnitude += Math.abs(coefficient) * Math.max(1, Math.abs(least), Math.abs(most));
  };
  for (const [which, start] of plan.starts.entries()) {
    for (let j = 0; j < plan.period; j++) {
      low = high = magnitude = 0;
      const constant = kind.row(plan.node, plan.shapes, start + j, add);
      lo[j] = which === 0 ? low + constant : Math.min(lo[j]!, low + constant);
      hi[j] = which === 0 ? high + constant : Math.max(hi[j]!, high + constant);
      executionBound = Math.max(executionBound, magnitude + Math.abs(constant));
    }
  }
  return { bounds: compressBounds({ lo, hi }, shapes.shape), executionBound };
}
