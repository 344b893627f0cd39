import { BN254_SCALAR_ORDER as R } from "@verimesh/core";
import { modR } from "../../../src/binary/fieldElements.ts";
import { fieldInverse } from "./fieldInverse.ts";
import type { Rows, Term } from "./Rows.ts";

/**
 * Which of a row's wires is tried first: `backward` the one that occurs first, mostly what a row consumes; `forward` the
 * last, mostly what it makes; `loosest` the one that is in the fewest rows, as hints are.
 */
export const DIRECTIONS = ["backward", "forward", "loosest"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** A true witness, its sums, and the wires that a forger must leave as they are. */
export interface ForgeryGround {
  readonly rows: Rows;
  readonly witness: readonly bigint[];
  readonly sums: readonly bigint[];
  readonly isGiven: (wire: number) => boolean;
}

/**
 * One forger's attempt: he changes one wire and repairs each row that this breaks by a wire that occurs in it and has not
 * been changed yet. Sums are kept up to date, so that a row of a thousand terms costs no more than one of two.
 */
export class Forgery {
  private readonly ground: ForgeryGround;
  private readonly direction: Direction;
  private readonly changed = new Map<number, bigint>();
  private readonly changedSums = new Map<number, bigint>();
  /** The last is the next to look at. */
  private readonly suspects: number[] = [];

  constructor(ground: ForgeryGround, direction: Direction) {
    this.ground = ground;
    this.direction = direction;
  }

  /** The forged witness if all rows hold in the end; null if one is left without a wire to repair it by. */
  attempt(wire: number, value: bigint): bigint[] | null {
    this.set(wire, value);
    for (let row = this.suspects.pop(); row !== undefined; row = this.suspects.pop()) {
      if (!this.holds(row) && !this.repair(row)) return null;
    }
    const forged = [...this.ground.witness];
    for (const [changed, value] of this.changed) forged[changed] = value;
    return forged;
  }

  private repair(row: number): boolean {
    const { rows } = this.ground;
    const [a, b, c] = [rows.side(row, 0), rows.side(row, 1), rows.side(row, 2)];
    const [left, right, product] = this.sumsOf(row);
    if (c.length === 0) {
      // a · b = 0: make a zero.
      for (const { wire } of this.ordered(a)) {
        const coefficient = modR(coefficientOf(a, wire));
        if (this.isFixed(wire) || coefficient === 0n) continue;
        this.move(wire, -left, coefficient);
        return true;
      }
      return false;
    }
    const made = this.direction === "forward" ? c.toReversed() : c;
    for (const { wire } of this.ordered([...made, ...a, ...b])) {
      if (this.isFixed(wire)) continue;
      const [inA, inB, inC] = [a, b, c].map((side) => coefficientOf(side, wire)) as [bigint, bigint, bigint];
      if (inA !== 0n && inB !== 0n) continue;
      const slope = modR(inA * right + inB * left - inC);
      if (slope === 0n) continue;
      this.move(wire, product - left * right, slope);
      return true;
    }
    return false;
  }

  private ordered(terms: readonly Term[]): readonly Term[] {
    if (this.direction !== "loosest") return terms;
    const { rows } = this.ground;
    return terms.toSorted((one, other) => rows.occurrences(one.wire) - rows.occurrences(other.wire));
  }

  /** Adds gap / slope to a wire. */
  private move(wire: number, gap: bigint, slope: bigint): void {
    this.set(wire, this.ground.witness[wire]! + gap * fieldInverse(slope));
  }

  private set(wire: number, value: bigint): void {
    const { rows, witness, sums } = this.ground;
    this.changed.set(wire, modR(value));
    const change = modR(value) - witness[wire]!;
    rows.forEachRowOf(wire, (row, coefficients) => {
      coefficients.forEach((coefficient, matrix) => {
        if (coefficient === 0n) return;
        const side = 3 * row + matrix;
        this.changedSums.set(side, modR((this.changedSums.get(side) ?? sums[side]!) + coefficient * change));
      });
      this.suspects.push(row);
      return true;
    });
  }

  private isFixed(wire: number): boolean {
    return wire === 0 || this.changed.has(wire) || this.ground.isGiven(wire);
  }

  private sumsOf(row: number): [bigint, bigint, bigint] {
    const sum = (side: number) => this.changedSums.get(side) ?? this.ground.sums[side]!;
    return [sum(3 * row), sum(3 * row + 1), sum(3 * row + 2)];
  }

  private holds(row: number): boolean {
    const [a, b, c] = this.sumsOf(row);
    return (a * b - c) % R === 0n;
  }
}

function coefficientOf(side: readonly Term[], wire: number): bigint {
  return side.reduce((sum, term) => (term.wire === wire ? sum + term.coefficient : sum), 0n);
}
