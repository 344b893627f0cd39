import { modR } from "../../../src/binary/fieldElements.ts";
import type { R1cs } from "../../../src/index.ts";
import { forEachTerm, type Matrix } from "../../../src/r1cs/forEachTerm.ts";

/** What one side of a row has of a wire. */
export interface Term {
  readonly wire: number;
  readonly coefficient: bigint;
}

/** One wire's coefficients in one row, by side. */
export type Coefficients = readonly [a: bigint, b: bigint, c: bigint];

/**
 * A constraint system that is asked by row and by wire. A side is a row's A, B or C: side `3 · row + matrix`. Flat arrays,
 * for a linked model has millions of terms.
 */
export class Rows {
  readonly count: number;
  readonly wires: number;
  private readonly sideStarts: Uint32Array;
  private readonly termWires: number[] = [];
  private readonly termSides: number[] = [];
  private readonly coefficients: bigint[] = [];
  private readonly wireStarts: Uint32Array;
  private readonly wireTerms: Uint32Array;

  constructor(r1cs: R1cs) {
    this.count = r1cs.constraints;
    this.wires = r1cs.wires;
    this.sideStarts = new Uint32Array(3 * this.count + 1);
    this.wireStarts = new Uint32Array(this.wires + 1);
    forEachTerm(r1cs, (matrix, row, wire, coefficient) => {
      this.termWires.push(wire);
      this.termSides.push(3 * row + matrix);
      this.coefficients.push(coefficient);
      this.sideStarts[3 * row + matrix + 1]!++;
      this.wireStarts[wire + 1]!++;
    });
    for (const starts of [this.sideStarts, this.wireStarts]) {
      for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
    }
    this.wireTerms = new Uint32Array(this.termWires.length);
    const next = this.wireStarts.slice();
    this.termWires.forEach((wire, term) => (this.wireTerms[next[wire]!++] = term));
  }

  /** In the file's order. */
  side(row: number, matrix: Matrix): Term[] {
    const terms: Term[] = [];
    for (let at = this.sideStarts[3 * row + matrix]!; at < this.sideStarts[3 * row + matrix + 1]!; at++) {
      terms.push({ wire: this.termWires[at]!, coefficient: this.coefficients[at]! });
    }
    return terms;
  }

  /** Visits each row that the wire is in once, in their order, until the visitor says false; gives whether none did. */
  forEachRowOf(wire: number, visit: (row: number, coefficients: Coefficients) => boolean): boolean {
    let at = this.wireStarts[wire]!;
    const end = this.wireStarts[wire + 1]!;
    while (at < end) {
      const row = Math.floor(this.termSides[this.wireTerms[at]!]! / 3);
      const coefficients: [bigint, bigint, bigint] = [0n, 0n, 0n];
      for (; at < end; at++) {
        const term = this.wireTerms[at]!;
        const matrix = this.termSides[term]! - 3 * row;
        if (matrix > 2) break;
        coefficients[matrix]! += this.coefficients[term]!;
      }
      if (!visit(row, coefficients)) return false;
    }
    return true;
  }

  /** How many terms the wire is in. */
  occurrences(wire: number): number {
    return this.wireStarts[wire + 1]! - this.wireStarts[wire]!;
  }

  /** The value of every side, in [0, r). */
  sums(witness: readonly bigint[]): bigint[] {
    const sums = new Array<bigint>(3 * this.count).fill(0n);
    this.coefficients.forEach((coefficient, term) => {
      sums[this.termSides[term]!]! += coefficient * witness[this.termWires[term]!]!;
    });
    return sums.map(modR);
  }
}
