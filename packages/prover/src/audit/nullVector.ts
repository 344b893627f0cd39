import { BN254_SCALAR_ORDER as R } from "@verimesh/core";
import { inverseR, modR } from "../binary/fieldElements.ts";
import { forEachTerm } from "../r1cs/forEachTerm.ts";
import type { R1cs } from "../r1cs/readR1cs.ts";
import { randomScalars } from "./auditCurve.ts";

/**
 * Random values of the wires with C · w = 0. Rows are solved from the end of a peeling: a row goes when it has a wire that
 * no other row left has, and that wire is solved for. Wires of rows that cannot be peeled are zero.
 */
export function nullVectorOfC(r1cs: R1cs): bigint[] {
  const rows: { wires: number[]; coefficients: bigint[] }[] = Array.from({ length: r1cs.constraints }, () => ({
    wires: [],
    coefficients: [],
  }));
  const rowsLeft = new Uint32Array(r1cs.wires);
  // The exclusive or of the rows left is the row itself once there is one.
  const lastRow = new Uint32Array(r1cs.wires);
  const seenIn = new Uint32Array(r1cs.wires);
  const placeOf = new Uint32Array(r1cs.wires);
  forEachTerm(r1cs, (matrix, row, wire, coefficient) => {
    if (matrix !== 2) return;
    const { wires, coefficients } = rows[row]!;
    // A row may name a wire twice.
    if (seenIn[wire] === row + 1) {
      coefficients[placeOf[wire]!]! += coefficient;
      return;
    }
    seenIn[wire] = row + 1;
    placeOf[wire] = wires.length;
    wires.push(wire);
    coefficients.push(coefficient);
    rowsLeft[wire]!++;
    lastRow[wire]! ^= row;
  });

  const isLeft = rows.map(({ wires }) => wires.length > 0);
  const peeled: { row: number; wire: number }[] = [];
  const ready = [...rowsLeft.keys()].filter((wire) => rowsLeft[wire] === 1);
  for (let wire = ready.pop(); wire !== undefined; wire = ready.pop()) {
    if (rowsLeft[wire] !== 1) continue;
    const row = lastRow[wire]!;
    const { wires, coefficients } = rows[row]!;
    if (!isLeft[row] || modR(coefficients[wires.indexOf(wire)]!) === 0n) continue;
    isLeft[row] = false;
    peeled.push({ row, wire });
    for (const other of wires) {
      lastRow[other]! ^= row;
      if (--rowsLeft[other]! === 1) ready.push(other);
    }
  }

  const values = randomScalars(r1cs.wires);
  rows.forEach(({ wires }, row) => isLeft[row] && wires.forEach((wire) => (values[wire] = 0n)));
  const inverses = new Map<bigint, bigint>();
  for (const { row, wire } of peeled.reverse()) {
    const { wires, coefficients } = rows[row]!;
    const own = coefficients[wires.indexOf(wire)]!;
    let sum = 0n;
    wires.forEach((other, i) => {
      if (other !== wire) sum += coefficients[i]! * values[other]!;
    });
    const inverse = inverses.get(own) ?? inverseR(modR(own));
    inverses.set(own, inverse);
    values[wire] = modR(-modR(sum) * inverse);
  }
  return values.map((value) => value % R);
}
