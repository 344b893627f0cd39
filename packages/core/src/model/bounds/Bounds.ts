import { channelsOf } from "../shapes.ts";
import type { Interval, Shape } from "../types.ts";
import type { LargestOf } from "./LargestOf.ts";

/**
 * Intervals of a tensor's elements that hold for every input, inclusive. With a period p = `lo.length`, which divides the
 * number of elements: element i lies in `[lo[i mod p], hi[i mod p]]`. An object stands for one tensor: two tensors with
 * equal bounds have two objects.
 */
export interface Bounds {
  readonly lo: Float64Array;
  readonly hi: Float64Array;
  /** Along the last axis exactly one element is 1 and all others are 0: of a oneHot. */
  readonly oneHot?: true;
  /** What each element is known to be the largest of: of a maxPool2d, or of one rearranged. */
  readonly largestOf?: LargestOf;
}

/** What a node's weights and the bounds of its sources say about it. */
export interface NodeBounds {
  readonly bounds: Bounds;
  /**
   * Largest magnitude that any order of evaluation can reach, partial sums and products included. Below 2^24 float32 is
   * exact.
   */
  readonly executionBound: number;
}

/** The same interval for every element. */
export function uniformBounds(lo: number, hi: number): Bounds {
  return { lo: Float64Array.of(lo), hi: Float64Array.of(hi) };
}

/** The smallest interval that holds all elements. */
export function hullOf({ lo, hi }: Bounds): Interval {
  return {
    lo: lo.reduce((least, value) => Math.min(least, value)),
    hi: hi.reduce((most, value) => Math.max(most, value)),
  };
}

/** Largest magnitude of an element. */
export function magnitudeOf(bounds: Bounds): number {
  const { lo, hi } = hullOf(bounds);
  return Math.max(Math.abs(lo), Math.abs(hi));
}

/** Bounds with one entry for each channel, the last axis: the hull over all other axes. */
export function channelBounds(bounds: Bounds, shape: Shape): Bounds {
  const channels = channelsOf(shape);
  const folded = foldBounds(bounds, channels);
  const at = (values: Float64Array) => Float64Array.from({ length: channels }, (_, c) => values[c % values.length]!);
  return { lo: at(folded.lo), hi: at(folded.hi) };
}

/** Bounds whose period divides `period`: the hull of what falls together. What else is known of the tensor is left out. */
export function foldBounds({ lo, hi }: Bounds, period: number): Bounds {
  if (period % lo.length === 0) return { lo, hi };
  const folded = { lo: new Float64Array(period).fill(Infinity), hi: new Float64Array(period).fill(-Infinity) };
  for (let i = 0; i < leastCommonMultiple(lo.length, period); i++) {
    folded.lo[i % period] = Math.min(folded.lo[i % period]!, lo[i % lo.length]!);
    folded.hi[i % period] = Math.max(folded.hi[i % period]!, hi[i % hi.length]!);
  }
  return folded;
}

/** The same bounds with a shorter period where one fits the shape: 1, its last axis, its last two axes, … */
export function compressBounds(bounds: Bounds, shape: Shape): Bounds {
  let period = 1;
  for (let axis = shape.length; axis >= 0 && period < bounds.lo.length; axis--) {
    if (hasPeriod(bounds.lo, period) && hasPeriod(bounds.hi, period)) {
      return { lo: bounds.lo.slice(0, period), hi: bounds.hi.slice(0, period) };
    }
    period *= shape[axis - 1] ?? 1;
  }
  return bounds;
}

function hasPeriod(values: Float64Array, period: number): boolean {
  if (values.length % period !== 0) return false;
  for (let i = period; i < values.length; i++) if (values[i] !== values[i - period]) return false;
  return true;
}

/** The shortest period that all of them have. */
export function commonPeriod(...periods: readonly number[]): number {
  return periods.reduce(leastCommonMultiple, 1);
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
