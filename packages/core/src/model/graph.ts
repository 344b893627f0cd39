import { uniformBounds, type Bounds } from "./bounds/Bounds.ts";
import { boundsOfNode, shapeOfNode, sourcesOf } from "./node.ts";
import { elementCount } from "./shapes.ts";
import type { IntegerModel, Shape } from "./types.ts";

/** Of each source: index 0 is the model's input, index k the k-th node. */
export interface ModelBounds {
  readonly values: readonly Bounds[];
  /** Largest magnitude that any order of evaluation can reach; below 2^24 float32 is exact. */
  readonly executionBounds: readonly number[];
}

/**
 * Shapes by source: index 0 is the input's, index k the k-th node's.
 *
 * @throws VerimeshError `MODEL_INVALID`, naming the node
 */
export function nodeShapes(model: IntegerModel): readonly Shape[] {
  const shapes: Shape[] = [model.inputShape];
  for (const node of model.nodes) {
    const sources = sourcesOf(node).map((source) => shapes[source]!);
    shapes.push(shapeOfNode(node, sources));
  }
  return shapes;
}

/**
 * Bounds that hold for every input in [0, 255]^n, by source.
 *
 * @throws VerimeshError `MODEL_INVALID`, naming the node
 */
export function modelBounds(model: IntegerModel): ModelBounds {
  const shapes = nodeShapes(model);
  const values: Bounds[] = [uniformBounds(0, 255)];
  const executionBounds = [255];
  for (const node of model.nodes) {
    const sources = sourcesOf(node);
    const { bounds, executionBound } = boundsOfNode(
      node,
      sources.map((source) => shapes[source]!),
      sources.map((source) => values[source]!),
    );
    values.push(bounds);
    executionBounds.push(executionBound);
  }
  return { values, executionBounds };
}

/** Number of integers that the last node gives: the scores. */
export function scoreCount(model: IntegerModel): number {
  return elementCount(nodeShapes(model).at(-1)!);
}
