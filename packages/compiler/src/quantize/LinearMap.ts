import { FLOAT32_EXACT_LIMIT, halfOf } from "@verimesh/core";
import type { Target } from "./encoded.ts";
import { impossible } from "./refuse.ts";
import { uniform, type Periodic } from "./periodic.ts";

/** A real linear map as it acts on integers: per channel o `Σ_t weights[t][o] · x_t + bias[o]`. */
export interface LinearMap {
  readonly name: string;
  readonly taps: number;
  readonly channels: number;
  /** Row-major `[taps, channels]`, real: the scale of what a tap reads is in it. */
  readonly weights: Float64Array;
  /** Real: the offsets of what the taps read are in it. */
  readonly bias: Float64Array;
  /** Bounds of the integer that a tap reads: one per tap, or one per tap and channel. */
  readonly lows: Float64Array;
  readonly highs: Float64Array;
  /** Channels o and o + `shiftPeriod` share their shift; the number of channels if absent. */
  readonly shiftPeriod?: number | undefined;
  /** Per channel, in reals: how large what is added to the sum afterwards can be, before the rescaling. */
  readonly beside?: Float64Array | undefined;
}

/** The same map in integers: `accumulator ≈ factor · real`, per channel. */
export interface IntegerMap {
  /** Row-major `[taps, channels]`. */
  readonly weights: Int32Array;
  readonly bias: Int32Array;
  readonly factors: Float64Array;
  readonly shifts: readonly number[];
  /** What one integer step stands for after the shift: one entry, or one per channel. */
  readonly scale: Periodic;
  /** Per channel: the largest that a partial sum can be. */
  readonly reach: Float64Array;
  /** Per channel: whether it is left out, as calibration data never leave 0. */
  readonly isSilent: readonly boolean[];
}

const MAX_SHIFT = 23;
/** How much resolution a channel may give up for one bit less in the circuit. */
const TRIM = 0.7;

/**
 * Quantizes a map whose sums are rescaled: `w_q = round(w / S_out · 2^s)`, per channel with the largest s that keeps
 * weights at most `maxWeight` and partial sums below 2^24.
 *
 * @throws VerimeshError `QUANTIZATION_IMPOSSIBLE` if no shift does
 */
export function quantizeForTarget(map: LinearMap, target: Target, maxWeight: number): IntegerMap {
  const { channels } = map;
  const extents = extentsOf(map);
  // One scale for all must let the largest weight of all fit; a channel's own only its own.
  const common = extents.reduce((most, { largest }) => Math.max(most, largest), 0) / maxWeight;
  const isPerChannel = target.scale.length > 1 || target.isFlexible;
  const result = emptyResult(map);
  const scale = new Float64Array(isPerChannel ? channels : 1);
  for (let o = 0; o < channels; o++) {
    const floor = isPerChannel ? extents[o]!.largest / maxWeight : common;
    let step = Math.max(target.scale[o % target.scale.length]!, floor);
    let shift = MAX_SHIFT;
    const isSilent = (result.isSilent[o] = target.silent?.[o % target.silent.length] ?? false);
    while (shift >= 0 && !(isSilent || writeChannel(map, result, o, 2 ** shift / step, halfOf(shift), maxWeight)))
      shift--;
    if (shift < 0) tooLarge(map.name);
    if (isSilent) shift = 0;
    else if (target.isFlexible && sharesNoShift(map)) {
      const trimmed = trimmedStep(extents[o]!, step, shift, target.lo);
      if (trimmed > step && writeChannel(map, result, o, 2 ** shift / trimmed, halfOf(shift), maxWeight))
        step = trimmed;
    }
    result.shifts[o] = shift;
    result.factors[o] = 2 ** shift / step;
    scale[o % scale.length] = step;
  }
  if (!sharesNoShift(map)) shareShifts(map, result, scale, maxWeight);
  return { ...result, scale };
}

function sharesNoShift({ shiftPeriod, channels }: LinearMap): boolean {
  return (shiftPeriod ?? channels) === channels;
}

/** Gives channels that share a shift the smallest of theirs. */
function shareShifts(map: LinearMap, result: ReturnType<typeof emptyResult>, scale: Periodic, maxWeight: number): void {
  const period = map.shiftPeriod!;
  const least = new Array<number>(period).fill(MAX_SHIFT);
  result.shifts.forEach((shift, o) => (least[o % period] = Math.min(least[o % period]!, shift)));
  for (let o = 0; o < map.channels; o++) {
    const shift = (result.shifts[o] = least[o % period]!);
    const factor = (result.factors[o] = 2 ** shift / scale[o % scale.length]!);
    if (!writeChannel(map, result, o, factor, halfOf(shift), maxWeight)) tooLarge(map.name);
  }
}

/**
 * Quantizes a map whose sums are the scores: one factor for all channels, so that they compare.
 *
 * @throws VerimeshError `QUANTIZATION_IMPOSSIBLE`
 */
export function quantizeForScores(map: LinearMap, maxWeight: number): IntegerMap {
  const largest = extentsOf(map).reduce((most, extent) => Math.max(most, extent.largest), 0);
  let factor = largest === 0 ? 1 : maxWeight / largest;
  const result = emptyResult(map);
  const fits = () => {
    for (let o = 0; o < map.channels; o++) if (!writeChannel(map, result, o, factor, 0, maxWeight)) return false;
    return true;
  };
  for (let attempt = 0; attempt < 200; attempt++, factor *= 0.9) {
    if (fits()) return { ...result, factors: result.factors.fill(factor), scale: uniform(1 / factor) };
  }
  return tooLarge(map.name);
}

/** Of one channel, in reals: the largest weight, and the interval of the sum. */
interface Extent {
  readonly largest: number;
  readonly lo: number;
  readonly hi: number;
}

function extentsOf({ taps, channels, weights, bias, lows, highs, beside }: LinearMap): Extent[] {
  const largest = new Float64Array(channels);
  const lo = bias.map((value, o) => value - (beside?.[o] ?? 0));
  const hi = bias.map((value, o) => value + (beside?.[o] ?? 0));
  const isPerTap = lows.length === taps;
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index]!;
    const o = index % channels;
    const at = isPerTap ? (index - o) / channels : index;
    largest[o] = Math.max(largest[o]!, Math.abs(weight));
    lo[o]! += weight * (weight >= 0 ? lows[at]! : highs[at]!);
    hi[o]! += weight * (weight >= 0 ? highs[at]! : lows[at]!);
  }
  return Array.from(largest, (most, o) => ({ largest: most, lo: lo[o]!, hi: hi[o]! }));
}

/**
 * The step that brings the sum's interval just below a power of two: a decomposition of one bit less. The given step if
 * that would cost more than `TRIM` of the resolution.
 *
 * @param lo the integer at which the rescaled sum is clamped below
 */
function trimmedStep({ lo, hi }: Extent, step: number, shift: number, clampLow: number): number {
  const above = hi / step - clampLow;
  const below = clampLow - lo / step;
  const bits = Math.ceil(Math.log2(Math.max(above, below, 1)));
  if (bits + shift < 2) return step;
  const room = 2 ** (bits - 1) - 1;
  const steps = [hi / (room + clampLow), lo / (clampLow - room)].map((value) => (Number.isFinite(value) ? value : 0));
  const trimmed = Math.max(...steps) * (1 + 2 ** -12);
  return trimmed > step && step / trimmed >= TRIM ? trimmed : step;
}

function emptyResult({ taps, channels }: LinearMap) {
  return {
    weights: new Int32Array(taps * channels),
    bias: new Int32Array(channels),
    factors: new Float64Array(channels),
    shifts: new Array<number>(channels).fill(0),
    reach: new Float64Array(channels),
    isSilent: new Array<boolean>(channels).fill(false),
  };
}

/** Writes one channel's integers; false if a weight or a partial sum would be too large. */
function writeChannel(
  { taps, channels, weights, bias, lows, highs, beside }: LinearMap,
  result: ReturnType<typeof emptyResult>,
  o: number,
  factor: number,
  half: number,
  maxWeight: number,
): boolean {
  const integerBias = Math.round(bias[o]! * factor);
  const isPerTap = lows.length === taps;
  // Rounding the multiplier of what comes beside adds one step at most.
  const beyond = beside === undefined ? 0 : 1 + beside[o]! * factor + 2 * half;
  let reach = Math.abs(integerBias) + half + beyond;
  for (let tap = 0; tap < taps; tap++) {
    const index = tap * channels + o;
    const integer = Math.round(weights[index]! * factor);
    if (Math.abs(integer) > maxWeight) return false;
    result.weights[index] = integer;
    const at = isPerTap ? tap : index;
    reach += Math.abs(integer) * Math.max(Math.abs(lows[at]!), Math.abs(highs[at]!));
  }
  result.bias[o] = integerBias;
  result.reach[o] = reach;
  return reach < FLOAT32_EXACT_LIMIT;
}

function tooLarge(name: string): never {
  return impossible(
    `Layer "${name}" has a bias or sums too large for exact float32 arithmetic.`,
    "Expected Σ|w|·max|x| + |b| below 2^24 after quantization. Normalize the inputs, or split the layer.",
  );
}
