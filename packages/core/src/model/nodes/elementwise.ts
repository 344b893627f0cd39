import { commonPeriod, compressBounds, type Bounds } from "../bounds/Bounds.ts";
import type { Interval, Shape } from "../types.ts";

/** Bounds of a function of elements that lie at the same place, given for one place. */
export function elementwiseBounds(
  shape: Shape,
  sources: readonly Bounds[],
  parameterPeriod: number,
  boundsAt: (intervals: readonly Interval[], index: number) => Interval,
): Bounds {
  const period = commonPeriod(parameterPeriod, ...sources.map(({ lo }) => lo.length));
  const [lo, hi] = [new Float64Array(period), new Float64Array(period)];
  for (let index = 0; index < period; index++) {
    const intervals = sources.map((source) => intervalAt(source, index));
    const interval = boundsAt(intervals, index);
    // Adding 0 makes a 0 of a product's −0.
    lo[index] = interval.lo + 0;
    hi[index] = interval.hi + 0;
  }
  return compressBounds({ lo, hi }, shape);
}

/** The interval of element `index`. */
export function intervalAt({ lo, hi }: Bounds, index: number): Interval {
  return { lo: lo[index % lo.length]!, hi: hi[index % hi.length]! };
}

/** The interval of the product of two integers. */
export function productOf(a: Interval, b: Interval): Interval {
  const corners = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi];
  return { lo: Math.min(...corners), hi: Math.max(...corners) };
}

/** Largest magnitude in an interval. */
export function magnitudeAt({ lo, hi }: Interval): number {
  return Math.max(Math.abs(lo), Math.abs(hi));
}
