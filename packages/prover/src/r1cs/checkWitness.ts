import { BN254_SCALAR_ORDER, VerimeshError } from "@verimesh/core";
import { modR } from "../binary/fieldElements.ts";
import { forEachTerm } from "./forEachTerm.ts";
import type { R1cs } from "./readR1cs.ts";

/** A row that a witness does not satisfy: a · b ≠ c. */
export interface ConstraintViolation {
  readonly row: number;
  readonly a: bigint;
  readonly b: bigint;
  readonly c: bigint;
  /** The wires of the row, ascending. */
  readonly wires: readonly number[];
}

/**
 * The first row that the witness violates, or null if it satisfies all.
 *
 * @param witness one value per wire, each in [0, r); wire 0 must be 1
 * @throws VerimeshError WITNESS_LENGTH if there are more or fewer values than wires
 */
export function findViolation(r1cs: R1cs, witness: readonly bigint[]): ConstraintViolation | null {
  if (witness.length !== r1cs.wires) {
    throw new VerimeshError(`The witness has ${witness.length} values; the circuit has ${r1cs.wires} wires.`, {
      code: "WITNESS_LENGTH",
      details: "The witness calculator and the constraint system are of different circuits.",
    });
  }
  let violation: ConstraintViolation | null = null;
  const sums = [0n, 0n, 0n] as [bigint, bigint, bigint];
  const wires: number[] = [];
  if (witness[0] !== 1n) return { row: -1, a: witness[0]!, b: 1n, c: 1n, wires: [0] };
  forEachTerm(
    r1cs,
    (matrix, _row, wire, coefficient) => {
      if (violation !== null) return;
      sums[matrix] += coefficient * witness[wire]!;
      wires.push(wire);
    },
    (row) => {
      if (violation !== null) return;
      if ((sums[0] * sums[1] - sums[2]) % BN254_SCALAR_ORDER !== 0n) {
        const [a, b, c] = sums.map(modR) as [bigint, bigint, bigint];
        violation = { row, a, b, c, wires: [...new Set(wires)].sort((x, y) => x - y) };
      }
      sums.fill(0n);
      wires.length = 0;
    },
  );
  return violation;
}

/**
 * Checks a witness before a proof is made of it.
 *
 * @throws VerimeshError WITNESS_UNSATISFIED naming the row and its wires
 */
export function checkWitness(r1cs: R1cs, witness: readonly bigint[]): void {
  const violation = findViolation(r1cs, witness);
  if (violation === null) return;
  const shown = violation.wires.slice(0, 12).join(", ") + (violation.wires.length > 12 ? ", …" : "");
  throw new VerimeshError(`The witness does not satisfy constraint ${violation.row}.`, {
    code: "WITNESS_UNSATISFIED",
    details: `Expected a · b = c, got ${violation.a} · ${violation.b} ≠ ${violation.c} over wires ${shown}.`,
  });
}
