import { FLOAT32_EXACT_LIMIT, halfOf, type Interval } from "@verimesh/core";

/**
 * Widens an accumulator's interval as far as it costs no constraint: the rescaled value's distance from the clamps is
 * rounded up to full bits. So a skeleton depends on few numbers, and retrained weights mostly give the same one.
 */
export function coarseInterval(interval: Interval, shift: number, lo: number, hi: number): Interval {
  const unit = 2 ** shift;
  const half = halfOf(shift);
  const quotient = (acc: number) => Math.floor((acc + half) / unit);
  const [low, high] = [quotient(interval.lo), quotient(interval.hi)];
  // A neuron that is constant costs nothing, however far beyond its clamp it goes.
  if (high <= lo) return { lo: -FLOAT32_EXACT_LIMIT, hi: (lo + 1) * unit - half - 1 };
  if (low >= hi) return { lo: hi * unit - half, hi: FLOAT32_EXACT_LIMIT };
  if (low === high) return interval;
  const widerLow = low < lo ? lo - filled(lo - low - 1) - 1 : lo;
  const widened = lo + filled(high - lo);
  const widerHigh = high <= hi && widened > hi ? hi : widened;
  return { lo: widerLow * unit - half, hi: (widerHigh + 1) * unit - half - 1 };
}

/** The largest number with as many bits. */
function filled(value: number): number {
  return value <= 0 ? 0 : 2 ** (Math.floor(Math.log2(value)) + 1) - 1;
}
