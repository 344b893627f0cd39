import type { Bounds, NodeBounds } from "./bounds/Bounds.ts";
import { kindOf, NODE_KINDS } from "./nodes/kinds.ts";
import { refuse } from "./nodes/checks.ts";
import { boundsOfLinear, runLinear } from "./nodes/linear.ts";
import { boundsOfRearranging, runRearranging } from "./nodes/rearranging.ts";
import type { NodeShapes } from "./nodes/NodeKind.ts";
import { elementCount } from "./shapes.ts";
import type { LinearNode, ModelNode, NonLinearNode, RearrangingNode, Shape, Source } from "./types.ts";

/** Whether the node is an exact sum over known integers: linked, without a constraint of its own. */
export function isLinear(node: ModelNode): node is LinearNode {
  return kindOf(node).family === "linear";
}

/** Whether the node's values are its sources' values, elsewhere. */
export function isRearranging(node: ModelNode): node is RearrangingNode {
  return kindOf(node).family === "rearranging";
}

/** Whether a circuit pays for the node. */
export function isNonLinear(node: ModelNode): node is NonLinearNode {
  return kindOf(node).family === "nonLinear";
}

/** What the node consumes, in order. */
export function sourcesOf(node: ModelNode): readonly Source[] {
  return "sources" in node ? node.sources : [node.source];
}

/**
 * Shape of a node's result, after a check of all its fields.
 *
 * @param sources shapes of its sources, in order
 * @throws VerimeshError `MODEL_INVALID`, naming the node
 */
export function shapeOfNode(node: ModelNode, sources: readonly Shape[]): Shape {
  if (!Object.hasOwn(NODE_KINDS, node.kind)) {
    refuse(node, "is of no known kind", `one of ${Object.keys(NODE_KINDS).join(", ")}`);
  }
  return kindOf(node).shape(node as never, sources);
}

/**
 * Bounds of a node's result by interval arithmetic, with the actual weights, per element or per a period of elements.
 *
 * @param sources shapes of its sources, in order
 * @param sourceBounds their bounds; one object for each tensor, the one that was given for it
 * @throws VerimeshError `MODEL_INVALID` as `shapeOfNode`, and if a source can leave the range of a lookup or one-hot
 */
export function boundsOfNode(node: ModelNode, sources: readonly Shape[], sourceBounds: readonly Bounds[]): NodeBounds {
  const shapes: NodeShapes = { sources, shape: shapeOfNode(node, sources) };
  const { bounds, executionBound } = boundsOfKind(node, shapes, sourceBounds);
  return { bounds: { ...bounds }, executionBound };
}

function boundsOfKind(node: ModelNode, shapes: NodeShapes, sourceBounds: readonly Bounds[]): NodeBounds {
  if (isLinear(node)) return boundsOfLinear(kindOf(node), node, shapes, sourceBounds);
  if (isRearranging(node)) return boundsOfRearranging(kindOf(node), node, shapes, sourceBounds);
  return kindOf(node).bounds(node, shapes, sourceBounds);
}

/**
 * Values of a node: slow and obvious, the definition that executor and circuit must match.
 *
 * @param sources shapes of its sources, in order
 * @param values their values, row-major, within the bounds that the node accepts
 */
export function runNode(node: ModelNode, sources: readonly Shape[], values: readonly Int32Array[]): Int32Array {
  const shapes: NodeShapes = { sources, shape: shapeOfNode(node, sources) };
  if (isLinear(node)) return runLinear(kindOf(node), node, shapes, values);
  if (isRearranging(node)) return runRearranging(kindOf(node), node, shapes, values);
  return kindOf(node).run(node, shapes, values);
}

/** Multiplications, comparisons or look-ups of one run of the node. */
export function workOfNode(node: ModelNode, shapes: NodeShapes): number {
  return kindOf(node).work?.(node as never, shapes) ?? elementCount(shapes.shape);
}
