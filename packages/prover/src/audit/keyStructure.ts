import { BN254_SCALAR_ORDER as R } from "@verimesh/core";
import type { R1cs } from "../r1cs/readR1cs.ts";
import { type AuditCurve, atOddRoots, combine, randomScalars } from "./auditCurve.ts";
import { type Columns, rowValues } from "./columns.ts";
import { G2_BYTES, type KeySections } from "./keySections.ts";

/** Columns of B tried as the second factor of the check of A. */
const MAX_PIVOTS = 24;

/**
 * Whether the points of A and B are those of the constraint system's polynomials at the secret point of the H section.
 * Of a polynomial f that vanishes on the domain, H gives f(tau) / delta: so for B, f = Z · B_j, and for A, f = A_j · B_k
 * with a B_k that is zero wherever A_j is not. All wires are checked at once by a random combination.
 *
 * @returns what is wrong, or undefined
 */
export async function findStructureMismatch(
  curve: AuditCurve,
  key: KeySections,
  r1cs: R1cs,
  columns: Columns,
): Promise<string | undefined> {
  const { G1, G2 } = curve;
  const { domainSize } = key;
  const power = Math.log2(domainSize);
  const [g1, g2] = [G1.gAffine, G2.gAffine];
  const minus = (point: Uint8Array) => G1.neg(point);

  if (!(await curve.pairingEq(key.beta1, g2, minus(g1), key.beta2))) return "beta differs between G1 and G2";
  if (!(await curve.pairingEq(key.delta1, g2, minus(g1), key.delta2))) return "delta differs between G1 and G2";

  const random = shortCombination(curve, key, r1cs);
  const b1 = await combine(G1, key.b1, random);
  const b2 = await combine(G2, key.b2, random);
  if (!(await curve.pairingEq(b1, g2, minus(g1), b2))) return "B differs between G1 and G2";

  // Z is −2 at every odd root of the doubled domain.
  const [, bRows] = rowValues(r1cs, domainSize, random);
  const bOdd = await atOddRoots(curve, power, bRows);
  const zb = await combine(
    G1,
    key.h,
    bOdd.map((value) => -2n * value),
  );
  const z = minus(await combine(G1, key.h, new Array<bigint>(domainSize).fill(2n)));
  if (G1.isZero(z) || G2.isZero(b2)) return "H or B is nothing but points at infinity";
  if (!(await curve.pairingEq(zb, g2, minus(z), b2))) return "B, or H, is not of this circuit";

  for (const { pivot, wires } of disjointFrom(columns)) {
    const chosen = new Array<bigint>(r1cs.wires).fill(0n);
    for (const wire of wires) chosen[wire] = random[wire]!;
    const [aRows] = rowValues(r1cs, domainSize, chosen);
    const [, pivotRows] = rowValues(r1cs, domainSize, unit(r1cs.wires, pivot));
    const [aOdd, pivotOdd] = [await atOddRoots(curve, power, aRows), await atOddRoots(curve, power, pivotRows)];
    const product = await combine(
      G1,
      key.h,
      aOdd.map((value, i) => (value * pivotOdd[i]!) % R),
    );
    const a = await combine(G1, key.a, chosen);
    const b = key.b2.subarray(pivot * G2_BYTES, (pivot + 1) * G2_BYTES);
    if (!(await curve.pairingEq(a, b, minus(product), key.delta2))) return "A, or H, is not of this circuit";
  }
  return undefined;
}

/**
 * Random scalars whose combination of the columns of B has a degree below domainSize − 1. For the largest circuit that a
 * phase-1 file serves, snarkjs' Lagrange points lack the highest power of tau: what H gives is exact up to twice the
 * domain less two, which times Z leaves that.
 */
function shortCombination(curve: AuditCurve, key: KeySections, r1cs: R1cs): bigint[] {
  const root = curve.Fr.toObject(curve.Fr.w[Math.log2(key.domainSize)]!);
  const [first, second] = [randomScalars(r1cs.wires), randomScalars(r1cs.wires)];
  // The highest coefficient, but for a factor that all polynomials share.
  const [top, otherTop] = [first, second].map((scalars) => {
    const [, rows] = rowValues(r1cs, key.domainSize, scalars);
    let [sum, power] = [0n, 1n];
    for (const value of rows) {
      sum += value * power;
      power = (power * root) % R;
    }
    return sum % R;
  }) as [bigint, bigint];
  return first.map((scalar, wire) => (scalar * otherTop - second[wire]! * top) % R);
}

/** Columns of B, and for each the wires, not yet covered, whose column of A shares no row with it. */
function disjointFrom({ a, b }: Columns): { pivot: number; wires: number[] }[] {
  const candidates = b
    .flatMap((rows, wire) => (rows.length > 0 ? [wire] : []))
    .sort((x, y) => b[x]!.length - b[y]!.length);
  const spread = Array.from(
    { length: Math.min(MAX_PIVOTS, candidates.length) },
    (_, i) => candidates[Math.floor((i * candidates.length) / Math.min(MAX_PIVOTS, candidates.length))]!,
  );
  let left = a.map((_, wire) => wire);
  const result: { pivot: number; wires: number[] }[] = [];
  for (const pivot of spread) {
    const rows = new Set(b[pivot]);
    const wires = left.filter((wire) => !a[wire]!.some((row) => rows.has(row)));
    if (wires.length === 0) continue;
    result.push({ pivot, wires });
    const covered = new Set(wires);
    left = left.filter((wire) => !covered.has(wire));
    if (left.length === 0) break;
  }
  return result;
}

function unit(length: number, index: number): bigint[] {
  const values = new Array<bigint>(length).fill(0n);
  values[index] = 1n;
  return values;
}
