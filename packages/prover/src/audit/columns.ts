import { BN254_SCALAR_ORDER as R } from "@verimesh/core";
import { forEachTerm } from "../r1cs/forEachTerm.ts";
import { publicSignalCount, type R1cs } from "../r1cs/readR1cs.ts";

/** What an audit asks of the matrices, column by column. */
export interface Columns {
  /** Rows of A in which each wire stands, the rows of the public signals included. */
  readonly a: readonly (readonly number[])[];
  readonly b: readonly (readonly number[])[];
  /** Wires that stand in C in one row alone, a row without A and B: accumulators. Row by wire. */
  readonly linked: ReadonlyMap<number, number>;
}

export function columnsOf(r1cs: R1cs): Columns {
  const columns = [0, 1].map(() => Array.from({ length: r1cs.wires }, () => [] as number[]));
  const rowsInC = new Uint32Array(r1cs.wires);
  const lastRowInC = new Uint32Array(r1cs.wires);
  const isProduct = new Uint8Array(r1cs.constraints);
  forEachTerm(r1cs, (matrix, row, wire) => {
    if (matrix === 2) {
      rowsInC[wire]!++;
      lastRowInC[wire] = row;
    } else {
      columns[matrix]![wire]!.push(row);
      isProduct[row] = 1;
    }
  });
  for (let wire = 0; wire <= publicSignalCount(r1cs); wire++) columns[0]![wire]!.push(r1cs.constraints + wire);
  const linked = new Map<number, number>();
  rowsInC.forEach((count, wire) => {
    if (count === 1 && !isProduct[lastRowInC[wire]!] && wire > publicSignalCount(r1cs))
      linked.set(wire, lastRowInC[wire]!);
  });
  return { a: columns[0]!, b: columns[1]!, linked };
}

/** A·w, B·w and C·w on every row of the domain. */
export function rowValues(r1cs: R1cs, domainSize: number, wires: readonly bigint[]): [bigint[], bigint[], bigint[]] {
  const values = [0, 1, 2].map(() => new Array<bigint>(domainSize).fill(0n)) as [bigint[], bigint[], bigint[]];
  forEachTerm(r1cs, (matrix, row, wire, coefficient) => {
    values[matrix][row]! += coefficient * wires[wire]!;
  });
  for (let wire = 0; wire <= publicSignalCount(r1cs); wire++) values[0][r1cs.constraints + wire]! += wires[wire]!;
  return values.map((list) => list.map((value) => value % R)) as [bigint[], bigint[], bigint[]];
}
