import type { Random } from "@verimesh/core";

/**
 * Row-major, the unit last: mostly as large as weights can be, of one sign for two units of three, so that whole sums
 * come near their bound, and of both for the third, so that partial sums do.
 */
export function hardWeights(random: Random, count: number, units: number): Int8Array {
  return Int8Array.from({ length: count }, (_, index) => {
    const sign = [1, -1, random.pick([1, -1])][(index % units) % 3]!;
    return random.chance(0.98) ? sign * 127 : random.integer(-127, 127);
  });
}

export function hardBias(random: Random, count: number): Int32Array {
  return Int32Array.from({ length: count }, () => random.integer(-999, 999));
}
