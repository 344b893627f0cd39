import type { Requantization } from "./types.ts";

/** What is added before the shift, so that it rounds to nearest, halves upwards. */
export function halfOf(shift: number): number {
  return shift > 0 ? 2 ** (shift - 1) : 0;
}

/**
 * `clamp(floor((acc + half) / 2^shift), lo, hi)`.
 *
 * @param acc integer, `|acc| < 2^52`
 * @param shift 0 to 23
 */
export function requantize(acc: number, shift: number, lo: number, hi: number): number {
  return Math.min(hi, Math.max(lo, Math.floor((acc + halfOf(shift)) / 2 ** shift)));
}

/** Rescales a layer's accumulators, row-major with the channel last. */
export function requantizeAll(accumulators: Int32Array, { shifts, lo, hi }: Requantization): Int32Array {
  return accumulators.map((acc, index) => requantize(acc, shifts[index % shifts.length]!, lo, hi));
}
