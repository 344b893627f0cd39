import type { FloatNode } from "../../float/types.ts";
import type { FloatGraph } from "./FloatGraph.ts";

/** Moves an affine map before the pooling or reshape that it follows, towards the linear step that can take it in. */
export function liftAffine(graph: FloatGraph, source: number): boolean {
  const affine = graph.nodeOf(source);
  if (affine?.op !== "affine") return false;
  const before = graph.soleSource(affine.source);
  if (before === undefined || !("source" in before)) return false;
  const isPerTensor = affine.scale.length === 1 && affine.offset.length === 1;
  const isPerChannel = [affine.scale, affine.offset].every((list) => [1, affine.shape.at(-1)].includes(list.length));
  const commutes =
    before.op === "averagePool2d"
      ? isPerChannel
      : before.op === "maxPool2d"
        ? isPerChannel && affine.scale.every((value) => value > 0)
        : (before.op === "reshape" || before.op === "transpose") && isPerTensor;
  return commutes && leadsToLinear(graph, before.source) && swap(graph, source);
}

/**
 * Moves a clip before the reshape or transpose that it follows, and after a max pooling whose windows do not overlap: a
 * maximum over wide sums and one rescaling cost less than a rescaling of each.
 */
export function liftClip(graph: FloatGraph, source: number): boolean {
  const node = graph.nodeOf(source);
  if (node === undefined || !("source" in node)) return false;
  const before = graph.soleSource(node.source);
  if (isClip(node)) return (before?.op === "reshape" || before?.op === "transpose") && swap(graph, source);
  if (!isClip(before) || node.op !== "maxPool2d") return false;
  const isPadded = Object.values(node.padding).some((size) => size > 0);
  const overlaps = node.strides[0] < node.window[0] || node.strides[1] < node.window[1];
  return !isPadded && !overlaps && swap(graph, source);
}

function isClip(node: FloatNode | undefined): boolean {
  return node?.op === "unary" && node.function.kind === "clip";
}

/** Whether the affine map would meet, through poolings and reshapes, a step that folds it. */
function leadsToLinear(graph: FloatGraph, source: number): boolean {
  const node = graph.soleSource(source);
  if (node === undefined) return false;
  if (["dense", "conv2d", "affine"].includes(node.op)) return true;
  return ["averagePool2d", "maxPool2d"].includes(node.op) && "source" in node && leadsToLinear(graph, node.source);
}

/** Exchanges a node with the one that it alone reads; each keeps its name. */
function swap(graph: FloatGraph, source: number): boolean {
  const later = graph.nodeOf(source) as Extract<FloatNode, { source: number }>;
  const earlier = graph.nodeOf(later.source) as Extract<FloatNode, { source: number }>;
  // A map of single elements takes the shape of what it reads.
  const isElementwise = later.op === "affine" || later.op === "unary";
  const inner = graph.nodeOf(earlier.source)?.shape;
  if (inner === undefined) return false;
  graph.replace(later.source, { ...later, source: earlier.source, shape: isElementwise ? inner : later.shape });
  graph.replace(source, { ...earlier, source: later.source, shape: later.shape });
  return true;
}
