import { FLOAT32_EXACT_LIMIT } from "@verimesh/core";
import type { FloatSource } from "../../float/types.ts";
import type { Encoded, Finish } from "../encoded.ts";
import type { NodeDraft } from "../IntegerModelBuilder.ts";
import { quantizeForScores, quantizeForTarget, type IntegerMap, type LinearMap } from "../LinearMap.ts";
import type { Lowering } from "../Lowering.ts";
import { uniform } from "../periodic.ts";
import { channelMeans } from "../Statistics.ts";

/** Biases are corrected by so many samples at most. */
export const PROBES = 64;

/** A linear step whose sums are added to something else before they are rescaled together. */
export interface Joint {
  readonly map: Pick<LinearMap, "name" | "beside">;
  readonly finish: Finish;
}

/**
 * Quantizes a linear map, appends it, and corrects its bias: the mean, over the probes, of what rounding costs each
 * channel is added (Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", 2019).
 *
 * @param at the float node whose sums these are
 * @param draftOf the node of these integers
 */
export function appendLinear(
  context: Lowering,
  at: FloatSource,
  map: LinearMap,
  draftOf: (integers: Pick<IntegerMap, "weights" | "bias">) => NodeDraft,
  finish: Finish = context.finishOf(at),
): Encoded {
  const maxWeight = 2 ** (context.stepPlan(at).weightBits - 1) - 1;
  const integers =
    finish.kind === "scores" ? quantizeForScores(map, maxWeight) : quantizeForTarget(map, finish.target, maxWeight);
  const runs = context.builder.preview(draftOf(integers));
  const corrections = context.plan.correctsBias ? correctionsOf(context, at, integers, runs) : null;
  const bias = corrections === null ? integers.bias : integers.bias.map((value, o) => value + corrections[o]!);
  if (corrections !== null) {
    for (const values of runs) values.forEach((value, i) => (values[i] = value + corrections[i % bias.length]!));
  }
  const source = context.builder.append(map.name, draftOf({ weights: integers.weights, bias }), runs);
  return {
    source,
    shape: context.builder.shapeOf(source),
    scale: integers.scale,
    offset: uniform(0),
    pending:
      finish.kind === "scores"
        ? undefined
        : { shifts: sameOrAll(integers.shifts), lo: finish.target.lo, hi: finish.target.hi },
  };
}

function sameOrAll(shifts: readonly number[]): readonly number[] {
  return shifts.every((shift) => shift === shifts[0]) ? shifts.slice(0, 1) : shifts;
}

/** What to add to each channel's bias; null where the float node has other channels than the map. */
function correctionsOf(
  context: Lowering,
  at: FloatSource,
  { bias, factors, reach, isSilent }: IntegerMap,
  runs: readonly Int32Array[],
): Int32Array | null {
  const samples = Math.min(runs.length, context.statistics.keptSamples(at));
  const wanted = context.statistics.meansOf(at, samples);
  if (samples === 0 || wanted.length !== bias.length) return null;
  const found = channelMeans(runs.slice(0, samples), bias.length);
  return Int32Array.from(bias, (_, o) => {
    const correction = isSilent[o]! ? 0 : Math.round(wanted[o]! * factors[o]! - found[o]!);
    return reach[o]! + Math.abs(correction) < FLOAT32_EXACT_LIMIT ? correction : 0;
  });
}
