import { BN254_SCALAR_ORDER, VerimeshError } from "@verimesh/core";
import { R1CS_INVALID, type R1cs } from "./readR1cs.ts";

export type Matrix = 0 | 1 | 2;

/** Called for each non-zero entry, in the file's order: by row, then A (0), B (1), C (2). */
export type TermVisitor = (matrix: Matrix, row: number, wire: number, coefficient: bigint) => void;

const SMALL = 4096;
const smallIntegers = Array.from({ length: 2 * SMALL + 1 }, (_, index) => BigInt(index - SMALL));
const orderWords = Array.from({ length: 8 }, (_, i) => Number((BN254_SCALAR_ORDER >> BigInt(32 * i)) & 0xffffffffn));

/**
 * Visits every entry of the three matrices. Coefficients are given by the representative nearest zero, so that small
 * weights stay small whatever their sign.
 *
 * @throws VerimeshError R1CS_INVALID for a truncated row, a wire out of range or a coefficient that is not reduced
 */
export function forEachTerm(r1cs: R1cs, visit: TermVisitor, afterRow?: (row: number) => void): void {
  const words = r1cs.constraintWords;
  let at = 0;
  for (let row = 0; row < r1cs.constraints; row++) {
    for (let matrix = 0; matrix < 3; matrix++) {
      const count = words[at++];
      if (count === undefined || at + count * 9 > words.length) invalid(`row ${row} is truncated`);
      for (let term = 0; term < count; term++, at += 9) {
        const wire = words[at]!;
        if (wire >= r1cs.wires) invalid(`row ${row} names wire ${wire} of ${r1cs.wires}`);
        visit(matrix as Matrix, row, wire, coefficientAt(words, at + 1, row));
      }
    }
    afterRow?.(row);
  }
  if (at !== words.length) invalid("bytes follow the last row");
}

function coefficientAt(words: Uint32Array, at: number, row: number): bigint {
  const low = words[at]!;
  if (
    low <= SMALL &&
    (words[at + 1]! |
      words[at + 2]! |
      words[at + 3]! |
      words[at + 4]! |
      words[at + 5]! |
      words[at + 6]! |
      words[at + 7]!) ===
      0
  ) {
    return smallIntegers[SMALL + low]!;
  }
  const negated = orderWords[0]! - low;
  if (negated > 0 && negated <= SMALL) {
    let same = true;
    for (let i = 7; i > 0 && same; i--) same = words[at + i] === orderWords[i];
    if (same) return smallIntegers[SMALL - negated]!;
  }
  let value = 0n;
  for (let i = 7; i >= 0; i--) value = (value << 32n) | BigInt(words[at + i]!);
  if (value >= BN254_SCALAR_ORDER) invalid(`a coefficient of row ${row} is not below the field order`);
  return value > BN254_SCALAR_ORDER >> 1n ? value - BN254_SCALAR_ORDER : value;
}

function invalid(what: string): never {
  throw new VerimeshError(`This constraint system is malformed: ${what}.`, { code: R1CS_INVALID });
}
