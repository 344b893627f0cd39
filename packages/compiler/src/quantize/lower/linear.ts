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
    finish.kind === "scores"
      ? quantizeForScores(map, maxWeight)
      : quantizeForTarget(map, finish.target, maxWeight);
  const bias = context.plan.correctsBias ? correctedBias(context, at, integers, draftOf) : integers.bias;
  const source = context.builder.append(map.name, draftOf({ weights: integers.weights, bias }));
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

function correctedBias(
  context: Lowering,
  at: FloatSource,
  integers: IntegerMap,
  draftOf: (integers: Pick<IntegerMap, "weights" | "bias">) => NodeDraft,
): Int32Array {
  const { bias, factors, reach, weights } = integers;
  const runs = context.builder.preview(draftOf({ weights, bias }));
  const samples = Math.min(runs.length, context.statistics.keptSamples(at));
  const wanted = context.statistics.meansOf(at, samples);
  // Channels of the float node and of the map agree, but for maps per element.
  if (samples === 0 || wanted.length !== bias.length) return bias;
  const found = channelMeans(runs.slice(0, samples), bias.length);
  return bias.map((value, o) => {
    const isSilent = value === 0 && factors[o] !== 0 && weights.every((weight, i) => i % bias.length !== o || weight === 0);
    const correction = isSilent ? 0 : Math.round(wanted[o]! * factors[o]! - found[o]!);
    return reach[o]! + Math.abs(correction) < FLOAT32_EXACT_LIMIT ? value + correction : value;
  });
}
