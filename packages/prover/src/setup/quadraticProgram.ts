import { BN254_SCALAR_ORDER as R } from "@verimesh/core";
import { modR } from "../binary/fieldElements.ts";
import { forEachTerm } from "../r1cs/forEachTerm.ts";
import { type R1cs, publicSignalCount } from "../r1cs/readR1cs.ts";

/** The circuit's polynomials at tau, one value per wire, and the entries of A and B that the prover needs. */
export interface ProgramAtTau {
  readonly a: bigint[];
  readonly b: bigint[];
  readonly c: bigint[];
  /** Entries of A and B, row by row. */
  readonly entries: readonly ProgramEntry[];
}

export interface ProgramEntry {
  readonly matrix: 0 | 1;
  readonly row: number;
  readonly wire: number;
  readonly coefficient: bigint;
}

/** The domain: a power of two above the rows that the circuit and its public signals take, as snarkjs counts them. */
export function domainPowerOf(r1cs: R1cs): number {
  return Math.floor(Math.log2(r1cs.constraints + publicSignalCount(r1cs))) + 1;
}

/**
 * Evaluates A_j, B_j, C_j at tau for each wire j. As snarkjs does, one row `1 · w_j` in A is added per public signal
 * and for the constant, so that the public polynomials are linearly independent (else proofs could be malleable).
 *
 * @param lagrange L_i(tau) over the circuit's domain
 */
export function programAtTau(r1cs: R1cs, lagrange: readonly bigint[]): ProgramAtTau {
  const [a, b, c] = [0, 1, 2].map(() => new Array<bigint>(r1cs.wires).fill(0n)) as [bigint[], bigint[], bigint[]];
  const matrices = [a, b, c] as const;
  const entries: ProgramEntry[] = [];
  forEachTerm(r1cs, (matrix, row, wire, coefficient) => {
    // Not reduced here: coefficients are small or few, so the sums stay short.
    matrices[matrix][wire]! += coefficient * lagrange[row]!;
    if (matrix !== 2) entries.push({ matrix, row, wire, coefficient });
  });
  for (let wire = 0; wire <= publicSignalCount(r1cs); wire++) {
    const row = r1cs.constraints + wire;
    a[wire]! += lagrange[row]!;
    entries.push({ matrix: 0, row, wire, coefficient: 1n });
  }
  for (const matrix of matrices) for (let wire = 0; wire < r1cs.wires; wire++) matrix[wire] = modR(matrix[wire]!);
  return { a, b, c, entries };
}

/** (beta · A_j + alpha · B_j + C_j) · scale for wires from `start` to `end`. */
export function combined(
  program: ProgramAtTau,
  { alpha, beta }: { readonly alpha: bigint; readonly beta: bigint },
  scale: bigint,
  start: number,
  end: number,
): bigint[] {
  return Array.from({ length: end - start }, (_, index) => {
    const wire = start + index;
    return (((beta * program.a[wire]! + alpha * program.b[wire]! + program.c[wire]!) % R) * scale) % R;
  });
}
