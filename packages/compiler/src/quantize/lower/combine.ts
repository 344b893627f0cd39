import { elementCount } from "@verimesh/core";
import type { FloatAffine, FloatBinary, FloatSource } from "../../float/types.ts";
import type { Encoded, Finish } from "../encoded.ts";
import type { Lowering } from "../Lowering.ts";
import { largestOf, uniform, zip, type Periodic } from "../periodic.ts";
import { settlementOf } from "../settlement.ts";
import { lowerJointSum } from "./jointSum.ts";
import { appendLinear } from "./linear.ts";

/** Sum or difference of two branches: multipliers reconcile their scales. */
export function lowerSum(context: Lowering, at: FloatSource, node: FloatBinary): Encoded {
  const sources = node.sources.map((source) => context.valueOf(source));
  const joint = lowerJointSum(context, at, node);
  if (joint !== null) return joint;
  const signs = [1, node.op === "subtract" ? -1 : 1].map(uniform);
  return lowerWeightedSum(context, at, node.name, sources, signs, uniform(0));
}

/**
 * `x · scale + offset`: nothing but another reading of the same integers where all scales are above 0 and no clip follows,
 * else a map of its own.
 */
export function lowerAffine(context: Lowering, at: FloatSource, node: FloatAffine): Encoded {
  const x = context.valueOf(node.source);
  const [scale, offset] = [Float64Array.from(node.scale), Float64Array.from(node.offset)];
  const settlement = settlementOf(context, at);
  const isOrder = context.output.kind !== "scores";
  const isReading = scale.every((value) => value > 0) && settlement.at === at;
  const isScore = !settlement.isScores || (scale.length === 1 && offset.length === 1 && isOrder);
  if (isReading && isScore) {
    const read = {
      scale: zip((a, b) => a * b, x.scale, scale),
      offset: zip((a, b, c) => a * b + c, x.offset, scale, offset),
    };
    return { ...x, ...read };
  }
  return lowerWeightedSum(context, at, node.name, [x], [scale], offset);
}

/** `Σ_k weights_k · x_k + offset`, per element, channel or tensor: as fine as what goes in. */
export function lowerWeightedSum(
  context: Lowering,
  at: FloatSource,
  name: string,
  sources: readonly Encoded[],
  weights: readonly Periodic[],
  offset: Periodic,
  finish: Finish = context.finishOf(at),
): Encoded {
  const shape = sources[0]!.shape;
  const channels = periodFor(shape, [offset, ...weights, ...sources.flatMap((x) => [x.scale, x.offset])], finish);
  const taps = sources.length;
  const map = {
    name,
    taps,
    channels,
    weights: new Float64Array(taps * channels),
    bias: Float64Array.from({ length: channels }, (_, o) => offset[o % offset.length]!),
    lows: new Float64Array(taps * channels),
    highs: new Float64Array(taps * channels),
    shiftPeriod: Math.min(channels, shape.at(-1) ?? 1),
  };
  sources.forEach((x, tap) => {
    const hulls = hullsByPeriod(context, x, channels);
    for (let o = 0; o < channels; o++) {
      const weight = weights[tap]![o % weights[tap]!.length]!;
      map.weights[tap * channels + o] = weight * x.scale[o % x.scale.length]!;
      map.bias[o]! += weight * x.offset[o % x.offset.length]!;
      map.lows[tap * channels + o] = hulls.lo[o]!;
      map.highs[tap * channels + o] = hulls.hi[o]!;
    }
  });
  const draftOf = (integers: { weights: Int32Array; bias: Int32Array }) => ({
    kind: "combine" as const,
    sources: sources.map(({ source }) => source),
    multipliers: sources.map((_, tap) => integers.weights.slice(tap * channels, (tap + 1) * channels)),
    bias: integers.bias,
  });
  const encoded = appendLinear(context, at, map, draftOf, finish);
  const { pending } = encoded;
  return pending === undefined
    ? encoded
    : { ...encoded, pending: { ...pending, shifts: perChannel(pending.shifts, shape) } };
}

/** The shortest of one, per channel and per element that every list divides. */
function periodFor(shape: readonly number[], lists: readonly Periodic[], finish: Finish): number {
  const targetPeriod = finish.kind === "rescale" ? finish.target.scale.length : 1;
  const longest = largestOf([...lists.map((list) => list.length), targetPeriod]);
  const channels = shape.at(-1) ?? 1;
  if (longest === 1) return 1;
  return longest <= channels ? channels : elementCount(shape);
}

/** A requantization has one shift for all or one per channel. */
function perChannel(shifts: readonly number[], shape: readonly number[]): readonly number[] {
  return shifts.slice(0, shape.at(-1) ?? 1);
}

function hullsByPeriod(context: Lowering, x: Encoded, period: number): { lo: Float64Array; hi: Float64Array } {
  const bounds = context.builder.boundsOf(x.source);
  const lo = new Float64Array(period).fill(Infinity);
  const hi = new Float64Array(period).fill(-Infinity);
  const count = elementCount(x.shape);
  for (let index = 0; index < count; index++) {
    lo[index % period] = Math.min(lo[index % period]!, bounds.lo[index % bounds.lo.length]!);
    hi[index % period] = Math.max(hi[index % period]!, bounds.hi[index % bounds.hi.length]!);
  }
  return { lo, hi };
}
