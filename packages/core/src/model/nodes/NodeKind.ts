import type { Bounds, NodeBounds } from "../bounds/Bounds.ts";
import type { LinearNode, ModelNode, NonLinearNode, RearrangingNode, Shape } from "../types.ts";

/** The shapes around a node. */
export interface NodeShapes {
  readonly sources: readonly Shape[];
  /** Of the node itself. */
  readonly shape: Shape;
}

interface KindBase<Node extends ModelNode> {
  /**
   * Checks the node's own fields and whether they fit the sources, and gives the shape of the result.
   *
   * @throws VerimeshError `MODEL_INVALID`, naming the node
   */
  shape(node: Node, sources: readonly Shape[]): Shape;
  /** The fields that lie in the weights file, in the file's order. */
  readonly tensors: readonly (keyof Node & string)[];
  /** Multiplications, comparisons or look-ups of one run; one per element if absent. */
  work?(node: Node, shapes: NodeShapes): number;
}

/** Takes one term of a sum: `coefficient · sources[source][element]`. */
export type AddTerm = (source: number, element: number, coefficient: number) => void;

/** A kind whose results are sums over known integers: all of it is told by the terms of each result. */
export interface LinearKind<Node extends LinearNode = LinearNode> extends KindBase<Node> {
  readonly family: "linear";
  /** Tells the terms of result `index`, zero coefficients too, and returns the constant to add. */
  row(node: Node, shapes: NodeShapes, index: number, add: AddTerm): number;
  /** Which results stand for all others when bounds are computed. */
  plan(node: Node, shapes: NodeShapes, bounds: readonly Bounds[]): LinearPlan<Node>;
  /** Bounds that the terms alone do not give; null if there are none. */
  knownBounds?(node: Node, shapes: NodeShapes, bounds: readonly Bounds[]): NodeBounds | null;
}

/**
 * The bounds of a linear node have this period, and entry j is the hull of the results `start + j` of all starts, of this
 * node over sources of these shapes and bounds.
 */
export interface LinearPlan<Node extends LinearNode = LinearNode> {
  readonly node: Node;
  readonly shapes: NodeShapes;
  readonly bounds: readonly Bounds[];
  readonly period: number;
  readonly starts: readonly number[];
}

/** A kind whose results are elements of its sources, or one constant. */
export interface RearrangingKind<Node extends RearrangingNode = RearrangingNode> extends KindBase<Node> {
  readonly family: "rearranging";
  /** For each result its place among the elements of all sources, laid end to end; −1 for the constant. */
  origins(node: Node, shapes: NodeShapes): Int32Array;
  constant?(node: Node): number;
}

/** A kind that a circuit pays for. */
export interface NonLinearKind<Node extends NonLinearNode = NonLinearNode> extends KindBase<Node> {
  readonly family: "nonLinear";
  /** @throws VerimeshError `MODEL_INVALID` if the sources can leave the range that the node is defined on */
  bounds(node: Node, shapes: NodeShapes, bounds: readonly Bounds[]): NodeBounds;
  run(node: Node, shapes: NodeShapes, sources: readonly Int32Array[]): Int32Array;
}

/** Above it bounds are taken per channel instead of per element, so that a hostile model costs seconds at most. */
export const BOUNDS_WORK_LIMIT = 2 ** 26;
