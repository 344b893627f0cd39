import { BN254_SCALAR_ORDER as R } from "@verimesh/core";
import { modR } from "../../../src/binary/fieldElements.ts";
import { fieldInverse } from "./fieldInverse.ts";
import type { Rows } from "./Rows.ts";

/** A wire that all rows let be another while all other wires stay. */
export interface FreeWire {
  readonly wire: number;
  /** The one other value that it can take; `any` if every row lets it be whatever it likes. */
  readonly other: bigint | "any";
}

/**
 * Every wire but the constant one that can be changed alone. Not by trying values: a row a · b = c in which a wire is
 * altered by d ≠ 0 holds again if slope + square · d = 0, with slope = a_w · b + b_w · a − c_w and square = a_w · b_w. So
 * what comes of all r − 1 other values is known, for the price of a few products a term.
 *
 * @param sums of a witness that satisfies all rows
 * @throws Error if it does not
 */
export function freeWires(rows: Rows, witness: readonly bigint[], sums: readonly bigint[]): FreeWire[] {
  for (let row = 0; row < rows.count; row++) {
    if ((sums[3 * row]! * sums[3 * row + 1]! - sums[3 * row + 2]!) % R !== 0n) throw new Error(`row ${row} is broken`);
  }
  const free: FreeWire[] = [];
  for (let wire = 1; wire < rows.wires; wire++) {
    const change = changeOf(rows, wire, sums);
    if (change === null) continue;
    free.push({ wire, other: change === "any" ? change : modR(witness[wire]! + change) });
  }
  return free;
}

/** By how much the wire can be altered: null for not at all, else anything or the one solution of all its rows. */
function changeOf(rows: Rows, wire: number, sums: readonly bigint[]): bigint | "any" | null {
  // The change as a fraction; 0 below it for anything.
  let [over, under] = [0n, 0n];
  const isFree = rows.forEachRowOf(wire, (row, [a, b, c]) => {
    const slope = modR(a * sums[3 * row + 1]! + b * sums[3 * row]! - c);
    const square = modR(a * b);
    if (slope === 0n && square === 0n) return true;
    if (slope === 0n || square === 0n) return false;
    if (under !== 0n) return modR(over * square + slope * under) === 0n;
    [over, under] = [R - slope, square];
    return true;
  });
  if (!isFree) return null;
  return under === 0n ? "any" : modR(over * fieldInverse(under));
}
