import { compressBounds, magnitudeOf, type Bounds, type NodeBounds } from "../bounds/Bounds.ts";
import type { LargestOf } from "../bounds/LargestOf.ts";
import { elementCount } from "../shapes.ts";
import type { RearrangingNode } from "../types.ts";
import type { NodeShapes, RearrangingKind } from "./NodeKind.ts";

/** Calls `visit` with each result's index and the source and element that it is; source −1 for the constant. */
export function eachOrigin(
  kind: RearrangingKind,
  node: RearrangingNode,
  shapes: NodeShapes,
  visit: (index: number, source: number, element: number) => void,
): void {
  const counts = shapes.sources.map(elementCount);
  const origins = kind.origins(node, shapes);
  for (let index = 0; index < origins.length; index++) {
    let element = origins[index]!;
    if (element < 0) {
      visit(index, -1, 0);
      continue;
    }
    let source = 0;
    while (element >= counts[source]!) element -= counts[source++]!;
    visit(index, source, element);
  }
}

export function runRearranging(
  kind: RearrangingKind,
  node: RearrangingNode,
  shapes: NodeShapes,
  sources: readonly Int32Array[],
): Int32Array {
  const constant = kind.constant?.(node) ?? 0;
  const results = new Int32Array(elementCount(shapes.shape));
  eachOrigin(kind, node, shapes, (index, source, element) => {
    results[index] = source < 0 ? constant : sources[source]![element]!;
  });
  return results;
}

/** Each result has the bounds of the element that it is. */
export function boundsOfRearranging(
  kind: RearrangingKind,
  node: RearrangingNode,
  shapes: NodeShapes,
  sourceBounds: readonly Bounds[],
): NodeBounds {
  const constant = kind.constant?.(node) ?? 0;
  const count = elementCount(shapes.shape);
  const [lo, hi] = [new Float64Array(count), new Float64Array(count)];
  eachOrigin(kind, node, shapes, (index, source, element) => {
    const bounds = sourceBounds[source];
    lo[index] = bounds === undefined ? constant : bounds.lo[element % bounds.lo.length]!;
    hi[index] = bounds === undefined ? constant : bounds.hi[element % bounds.hi.length]!;
  });
  const bounds = compressBounds({ lo, hi }, shapes.shape);
  const largestOf = arrangedLargest(kind, node, shapes, sourceBounds);
  return { bounds: largestOf ? { ...bounds, largestOf } : bounds, executionBound: magnitudeOf(bounds) };
}

/** Largest elements are largest elements elsewhere, too. */
function arrangedLargest(
  kind: RearrangingKind,
  node: RearrangingNode,
  shapes: NodeShapes,
  sources: readonly Bounds[],
): LargestOf | null {
  const largest = sources[0]!.largestOf;
  if (largest === undefined || sources.length !== 1) return null;
  const origins = kind.origins(node, shapes);
  if (origins.includes(-1)) return null;
  return { ...largest, places: origins.map((element) => largest.places[element]!) };
}
