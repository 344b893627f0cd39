import { bitLength, halfOf, type Interval } from "@verimesh/core";

/** Constraints of `Requantize.circom` for a sum in that interval. */
export function requantizeCost(interval: Interval, shift: number, lo: number, hi: number): number {
  const quotientOf = (sum: number) => Math.floor((sum + halfOf(shift)) / 2 ** shift);
  const [quotientLo, quotientHi] = [quotientOf(interval.lo), quotientOf(interval.hi)];
  if (quotientHi <= lo || quotientLo >= hi || quotientLo === quotientHi) return 1;
  if (quotientLo >= lo && quotientHi <= hi) return shift === 0 ? 1 : shift + bitLength(quotientHi - quotientLo);

  // As `Clamp.circom`: blocks of 2^j, of which block 0 starts at lo.
  const clampsHigh = quotientHi > hi;
  const j = bitLength(clampsHigh ? hi - lo : quotientHi - lo);
  const below = quotientLo < lo ? Math.ceil((lo - quotientLo) / 2 ** j) : 0;
  const above = Math.max(0, Math.floor((quotientHi - lo) / 2 ** j));
  const blockBits = below === 0 ? (above === 0 ? 0 : bitLength(above)) : blockBitsOf(below, above);
  const isOdd = clampsHigh && hi - lo + 1 !== 2 ** j;
  const margin = isOdd ? j + 1 : 0;
  const brought = isOdd && blockBits > 0 ? 1 : 0;
  const choice = blockBits === 0 || above === 0 || blockBits === 1 ? 1 : 2;
  return shift + j + blockBits + margin + brought + choice;
}

function blockBitsOf(below: number, above: number): number {
  for (let bits = 1; ; bits++) {
    const top = 2 ** (bits - 1);
    if (below <= top && above <= top - 1) return bits;
    if (above > 0 && below <= top - 1 && above <= top) return bits;
  }
}
