import type { FloatAffine, FloatConv2d, FloatDense } from "../../float/types.ts";
import type { FloatGraph } from "./FloatGraph.ts";

/** Folds an affine map, such as batch normalisation, into the dense, convolution or affine map that it alone follows. */
export function foldAffine(graph: FloatGraph, source: number): boolean {
  const affine = graph.nodeOf(source);
  if (affine?.op !== "affine") return false;
  const before = graph.soleSource(affine.source);
  if (before?.op === "affine") {
    graph.replace(source, { ...affine, ...composed(before, affine), source: before.source });
    graph.drop(affine.source, before.source);
    return true;
  }
  if (before?.op !== "dense" && before?.op !== "conv2d") return false;
  const channels = before.bias.length;
  if (affine.scale.length > channels || affine.offset.length > channels) return false;
  graph.replace(source, { ...before, ...scaled(before, affine) });
  graph.drop(affine.source, before.source);
  return true;
}

function scaled({ weights, bias }: FloatDense | FloatConv2d, { scale, offset }: FloatAffine) {
  const channels = bias.length;
  return {
    weights: weights.map((weight, index) => weight * scale[(index % channels) % scale.length]!),
    bias: bias.map((value, o) => value * scale[o % scale.length]! + offset[o % offset.length]!),
  };
}

function composed(inner: FloatAffine, outer: FloatAffine): Pick<FloatAffine, "scale" | "offset"> {
  const lists = [inner.scale, inner.offset, outer.scale, outer.offset];
  const length = Math.max(...lists.map((list) => list.length));
  const at = (list: Float32Array, index: number) => list[index % list.length]!;
  return {
    scale: Float32Array.from({ length }, (_, i) => at(inner.scale, i) * at(outer.scale, i)),
    offset: Float32Array.from({ length }, (_, i) => at(inner.offset, i) * at(outer.scale, i) + at(outer.offset, i)),
  };
}
