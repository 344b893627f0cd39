import { FLOAT32_EXACT_LIMIT, halfOf, type Interval } from "@verimesh/core";

/** How `Clamp` cuts the quotients: blocks of 2^blockShift, of which block 0 starts at lo; `origin` lie below it. */
interface Blocks {
  readonly blockShift: number;
  readonly blockBits: number;
  readonly origin: number;
}

/**
 * Widens an accumulator's interval as far as it costs no constraint. So a skeleton depends on few numbers, and retrained
 * weights mostly give the same one.
 */
export function coarseInterval(interval: Interval, shift: number, lo: number, hi: number): Interval {
  const quotientLo = quotientOf(interval.lo, shift);
  const quotientHi = quotientOf(interval.hi, shift);
  // A neuron that is constant costs nothing, however far beyond its clamp it goes.
  if (quotientHi <= lo) return { lo: -FLOAT32_EXACT_LIMIT, hi: lastOf(lo, shift) };
  if (quotientLo >= hi) return { lo: firstOf(hi, shift), hi: FLOAT32_EXACT_LIMIT };
  if (quotientLo === quotientHi) return { lo: firstOf(quotientLo, shift), hi: lastOf(quotientLo, shift) };
  if (quotientLo >= lo && quotientHi <= hi) {
    const bits = bitsOf(quotientHi - quotientLo);
    const whole = bitsOf(hi - lo) === bits;
    const [low, high] = whole ? [lo, hi] : [quotientLo, Math.min(hi, quotientLo + 2 ** bits - 1)];
    return { lo: firstOf(low, shift), hi: lastOf(high, shift) };
  }
  const { blockShift, blockBits, origin } = blocksOf(quotientLo, quotientHi, lo, hi);
  const block = 2 ** blockShift;
  const isAbove = quotientHi - lo >= block;
  const high = isAbove ? lo + (2 ** blockBits - origin) * block - 1 : lo + block - 1;
  return {
    lo: firstOf(lo - origin * block, shift),
    hi: lastOf(quotientHi <= hi ? Math.min(hi, high) : high, shift),
  };
}

/**
 * What `Requantize` enforces of its accumulator by decomposing it: an interval of 2^bits integers; null where it takes
 * the accumulator's interval as given.
 *
 * @param coarse as `coarseInterval` gives it
 */
export function enforcedBits(coarse: Interval, shift: number, lo: number, hi: number): number | null {
  const quotientLo = quotientOf(coarse.lo, shift);
  const quotientHi = quotientOf(coarse.hi, shift);
  if (quotientHi <= lo || quotientLo >= hi || quotientLo === quotientHi) return null;
  if (quotientLo >= lo && quotientHi <= hi) return shift === 0 ? null : shift + bitsOf(quotientHi - quotientLo);
  const { blockShift, blockBits } = blocksOf(quotientLo, quotientHi, lo, hi);
  return shift + blockShift + blockBits;
}

/** As `Clamp.circom`. */
function blocksOf(quotientLo: number, quotientHi: number, lo: number, hi: number): Blocks {
  const blockShift = bitsOf(quotientHi > hi ? hi - lo : quotientHi - lo);
  const block = 2 ** blockShift;
  const below = quotientLo < lo ? Math.ceil((lo - quotientLo) / block) : 0;
  const above = Math.floor((quotientHi - lo) / block);
  if (below === 0) return { blockShift, blockBits: bitsOf(above), origin: 0 };
  for (let blockBits = 1; ; blockBits++) {
    const top = 2 ** (blockBits - 1);
    if (below <= top && above <= top - 1) return { blockShift, blockBits, origin: top };
    if (above > 0 && below <= top - 1 && above <= top) return { blockShift, blockBits, origin: top - 1 };
  }
}

function quotientOf(accumulator: number, shift: number): number {
  return Math.floor((accumulator + halfOf(shift)) / 2 ** shift);
}

/** The least accumulator with that quotient. */
function firstOf(quotient: number, shift: number): number {
  return quotient * 2 ** shift - halfOf(shift);
}

/** The largest accumulator with that quotient. */
function lastOf(quotient: number, shift: number): number {
  return firstOf(quotient + 1, shift) - 1;
}

/** The number of bits of n, 0 for 0. */
function bitsOf(n: number): number {
  return n <= 0 ? 0 : Math.floor(Math.log2(n)) + 1;
}
