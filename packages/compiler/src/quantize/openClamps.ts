import {
  FLOAT32_EXACT_LIMIT,
  VerimeshError,
  hullOf,
  isLinear,
  modelBounds,
  type IntegerModel,
  type ModelBounds,
  type RequantizeNode,
  type Source,
} from "@verimesh/core";
import { estimateConstraints } from "./estimate/estimateConstraints.ts";

const WIDEST = 2 ** 16 - 1;
/** Steps outwards that may cost more, before the one that saves saturation. */
const PATIENCE = 4;

/**
 * Moves each clamp of a rescaling further out where that makes the circuit smaller: saturation costs constraints of its
 * own, a wider value costs the next sums bits. A clamp at 0 stays: it is a ReLU. Nothing but saturated values changes,
 * towards what they would be without saturation.
 *
 * @param openable names of the rescalings whose clamps are not the model's own
 */
export function openClamps(model: IntegerModel, openable: ReadonlySet<string>): IntegerModel {
  let best = model;
  let bounds = modelBounds(model);
  let cost = costOf(model, bounds);
  model.nodes.forEach((node, k) => {
    if (node.kind !== "requantize" || !openable.has(node.name) || readsTable(model, k + 1)) return;
    let worse = 0;
    for (const { lo, hi } of wider(node, bounds)) {
      const nodes = best.nodes.map((other, index) => (index === k ? { ...node, lo, hi } : other));
      const opened = exactBounds({ ...best, nodes });
      if (opened === null) break;
      const openedCost = costOf({ ...best, nodes }, opened);
      if (openedCost < cost) [best, bounds, cost] = [{ ...best, nodes }, opened, openedCost];
      else if (++worse === PATIENCE) break;
    }
  });
  return best;
}

/** The clamps twice as far out, four times, … until none is left. */
function wider(node: RequantizeNode, bounds: ModelBounds): { lo: number; hi: number }[] {
  const { lo: least, hi: most } = hullOf(bounds.values[node.source]!);
  const shift = Math.min(...node.shifts);
  const [low, high] = [Math.floor(least / 2 ** shift), Math.ceil(most / 2 ** shift) + 1];
  const choices: { lo: number; hi: number }[] = [];
  let { lo, hi } = node;
  while ((hi < high || (lo < 0 && lo > low)) && choices.length < 9) {
    [lo, hi] = [2 * lo, 2 * hi + 1];
    if (lo < -(2 ** 15) || hi > WIDEST || hi - lo > WIDEST) break;
    choices.push({ lo, hi });
  }
  return choices;
}

/** A table has an entry for every value there can be: its source must not grow. */
function readsTable(model: IntegerModel, source: Source): boolean {
  return model.nodes.some((node, k) => {
    const reads = "source" in node ? node.source === source : node.sources.includes(source);
    if (!reads) return false;
    if (node.kind === "lookup" || node.kind === "oneHot") return true;
    return node.kind !== "requantize" && !(isLinear(node) && node.kind !== "combine") && readsTable(model, k + 1);
  });
}

/** Infinite where the output would not fit its words. */
function costOf(model: IntegerModel, bounds: ModelBounds): number {
  try {
    return estimateConstraints(model, bounds).total;
  } catch (error) {
    if (error instanceof VerimeshError && error.code === "OUTPUT_TOO_LARGE") return Infinity;
    throw error;
  }
}

/** null if sums could leave what float32 adds exactly. */
function exactBounds(model: IntegerModel): ModelBounds | null {
  try {
    const bounds = modelBounds(model);
    return bounds.executionBounds.every((bound) => bound < FLOAT32_EXACT_LIMIT) ? bounds : null;
  } catch (error) {
    if (error instanceof VerimeshError) return null;
    throw error;
  }
}
