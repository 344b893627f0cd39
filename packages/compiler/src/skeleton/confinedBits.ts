import type { Elements } from "./Elements.ts";

/**
 * The bits of intervals that later decompositions confine all of these values to; null if one is not confined, or in an
 * interval too large for two of them to share a field element.
 *
 * @param enforced per wire, as `enforcedByRequantize` gives it
 */
export function confinedBits(
  values: Elements,
  indices: readonly number[],
  enforced: ReadonlyMap<number, number>,
): number | null {
  const bits = indices.reduce((most, index) => Math.max(most, enforced.get(values.wire(index)) ?? Infinity), 1);
  return bits <= MAX_PACKED_BITS / 2 ? bits : null;
}

/** As `PackedMatMul.circom`. */
const MAX_PACKED_BITS = 250;

/** How many values of that many bits share a field element. */
export function packedTogether(bits: number): number {
  return Math.floor(MAX_PACKED_BITS / bits);
}
