/** What is added before the shift, so that it rounds to nearest, halves upwards. */
export function halfOf(shift: number): number {
  return shift > 0 ? 2 ** (shift - 1) : 0;
}

/**
 * `clamp(floor((x + half) / 2^shift), lo, hi)`.
 *
 * @param x integer, `|x| < 2^52`
 * @param shift 0 to 23
 */
export function requantize(x: number, shift: number, lo: number, hi: number): number {
  return Math.min(hi, Math.max(lo, Math.floor((x + halfOf(shift)) / 2 ** shift)));
}
