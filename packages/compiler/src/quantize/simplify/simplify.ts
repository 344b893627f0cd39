import { elementCount, type OutputRule } from "@verimesh/core";
import type { FloatModel } from "../../float/types.ts";
import { foldAffine } from "./foldAffine.ts";
import { FloatGraph } from "./FloatGraph.ts";
import { liftAffine, liftClip } from "./lift.ts";

/** A rewriting of one node; true if it changed the graph. */
export type Rewrite = (graph: FloatGraph, source: number) => boolean;

const REWRITES: readonly Rewrite[] = [dropIdentity, mergeClips, liftAffine, liftClip, foldAffine];

/**
 * Rewrites a float model into an equal one that quantizes better: affine maps folded into the linear step before them,
 * clips moved next to theirs, and, where the answer is an order, functions at the end that keep the order left out.
 */
export function simplify(model: FloatModel, output: OutputRule): FloatModel {
  const graph = new FloatGraph(model);
  for (let changed = true; changed;) {
    changed = output.kind !== "scores" && dropMonotoneEnd(graph);
    for (const [source] of graph.entries()) {
      changed = REWRITES.some((rewrite) => rewrite(graph, source)) || changed;
    }
  }
  return graph.finish();
}

const KEEPS_ORDER = ["sigmoid", "tanh", "softplus", "softsign", "erf", "exp", "log", "sqrt", "elu", "selu"];

/** Over scores whose order alone counts, a strictly growing function says nothing. */
function dropMonotoneEnd(graph: FloatGraph): boolean {
  const source = graph.last;
  const node = graph.nodeOf(source);
  if (node === undefined || (node.op !== "unary" && node.op !== "softmax") || node.source === 0) return false;
  const isOneRow = node.shape.at(-1) === elementCount(node.shape);
  const keepsOrder = node.op === "unary" ? KEEPS_ORDER.includes(node.function.kind) : isOneRow;
  if (keepsOrder) graph.drop(source, node.source);
  return keepsOrder;
}

function dropIdentity(graph: FloatGraph, source: number): boolean {
  const node = graph.nodeOf(source);
  if (node === undefined || node.shape.length === 0) return false;
  if (node.op !== "affine" && node.op !== "reshape" && node.op !== "broadcast") return false;
  const isIdentity =
    node.op === "affine"
      ? node.scale.every((value) => value === 1) && node.offset.every((value) => value === 0)
      : graph.nodeOf(node.source)?.shape.join() === node.shape.join();
  if (!isIdentity || node.source === 0) return false;
  graph.drop(source, node.source);
  return true;
}

function mergeClips(graph: FloatGraph, source: number): boolean {
  const outer = graph.nodeOf(source);
  if (outer?.op !== "unary" || outer.function.kind !== "clip") return false;
  const inner = graph.soleSource(outer.source);
  if (inner?.op !== "unary" || inner.function.kind !== "clip") return false;
  const within = (value: number) => Math.min(outerHi, Math.max(outerLo, value));
  const { lo: outerLo, hi: outerHi } = outer.function;
  const merged = { kind: "clip", lo: within(inner.function.lo), hi: within(inner.function.hi) } as const;
  if (merged.lo >= merged.hi) return false;
  graph.replace(source, { ...outer, function: merged });
  graph.drop(outer.source, inner.source);
  return true;
}
