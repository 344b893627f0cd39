import { BN254_SCALAR_ORDER as R, type Groth16Proof } from "@verimesh/core";
import type { R1cs } from "../r1cs/readR1cs.ts";
import { type AuditCurve, atOddRoots, combine, randomScalars } from "./auditCurve.ts";
import { type Columns, rowValues } from "./columns.ts";
import { G1_BYTES, G2_BYTES, type KeySections } from "./keySections.ts";

/** Linked rows that are looked at one by one. */
const LINKS_SAMPLED = 24;

/**
 * Proves a true statement and verifies the proof. Without blinding: nobody is to be kept from the witness here.
 *
 * @returns undefined if the proof does not hold
 */
export async function proveWitness(
  curve: AuditCurve,
  key: KeySections,
  r1cs: R1cs,
  witness: readonly bigint[],
): Promise<Groth16Proof | undefined> {
  const { G1, G2 } = curve;
  const power = Math.log2(key.domainSize);
  const [aRows, bRows, cRows] = rowValues(r1cs, key.domainSize, witness);
  const aOdd = await atOddRoots(curve, power, aRows);
  const bOdd = await atOddRoots(curve, power, bRows);
  const cOdd = await atOddRoots(curve, power, cRows);
  const quotient = aOdd.map((value, i) => (value * bOdd[i]! - cOdd[i]!) % R);
  const firstPrivate = key.publicSignals + 1;
  const a = G1.add(await combine(G1, key.a, witness), key.alpha1);
  const b = G2.add(await combine(G2, key.b2, witness), key.beta2);
  const c = G1.add(await combine(G1, key.c, witness.slice(firstPrivate)), await combine(G1, key.h, quotient));
  const statement = await combine(G1, key.ic, witness.slice(0, firstPrivate));
  if (!(await curve.pairingEq(G1.neg(a), b, key.alpha1, key.beta2, statement, key.gamma2, c, key.delta2))) {
    return undefined;
  }
  const g1 = (point: Uint8Array) => (G1.toObject(G1.toAffine(point)) as readonly bigint[]).slice(0, 2);
  const g2 = (G2.toObject(G2.toAffine(b)) as readonly (readonly bigint[])[]).slice(0, 2);
  return { a: g1(a), b: g2, c: g1(c) } as unknown as Groth16Proof;
}

/**
 * Whether C and IC are those of the constraint system, as far as one can tell without the key's secrets: for values w
 * with C · w = 0, e(IC·w, gamma) · e(C·w, delta) must be e(A·w, beta) · e(alpha, B·w). With random values of nearly all
 * wires: another weight, or another point, shows.
 */
export async function holdsOnNullVector(
  curve: AuditCurve,
  key: KeySections,
  values: readonly bigint[],
): Promise<boolean> {
  const { G1, G2 } = curve;
  const firstPrivate = key.publicSignals + 1;
  const a = await combine(G1, key.a, values);
  const b = await combine(G2, key.b2, values);
  const c = await combine(G1, key.c, values.slice(firstPrivate));
  const ic = await combine(G1, key.ic, values.slice(0, firstPrivate));
  return curve.pairingEq(ic, key.gamma2, c, key.delta2, G1.neg(a), key.beta2, G1.neg(key.alpha1), b);
}

/**
 * A wire that the key leaves free, though a linear row pins it: what Groth16 holds against a false value of that wire is
 * e(C_j, delta) / (e(A_j, beta) · e(alpha, B_j)), and it must not be one. A key of the circuit without its weights would
 * pass every other check. All rows are looked at together, and some, drawn at random, one by one.
 *
 * @returns what is wrong, or undefined
 */
export async function findFreeWire(
  curve: AuditCurve,
  key: KeySections,
  { linked }: Columns,
): Promise<string | undefined> {
  const { G1, G2 } = curve;
  const wires = [...linked.keys()];
  if (wires.length === 0) return undefined;
  const firstPrivate = key.publicSignals + 1;
  const isFree = async (chosen: readonly number[]): Promise<boolean> => {
    const scalars = randomScalars(chosen.length);
    const points = (section: Uint8Array, size: number, offset = 0) =>
      concatenated(chosen.map((wire) => section.subarray((wire - offset) * size, (wire - offset + 1) * size)));
    const a = await combine(G1, points(key.a, G1_BYTES), scalars);
    const b = await combine(G2, points(key.b2, G2_BYTES), scalars);
    const c = await combine(G1, points(key.c, G1_BYTES, firstPrivate), scalars);
    return curve.pairingEq(c, key.delta2, G1.neg(a), key.beta2, G1.neg(key.alpha1), b);
  };
  const nameOf = (wire: number): string => `wire ${wire} is not held to its linear row ${linked.get(wire)}`;
  if (await isFree(wires)) return `no linear row is in the key: ${nameOf(wires[0]!)}`;
  const order = randomScalars(wires.length);
  const drawn = wires.map((wire, i) => [order[i]!, wire] as const).sort(([x], [y]) => (x < y ? -1 : 1));
  for (const [, wire] of drawn.slice(0, LINKS_SAMPLED)) if (await isFree([wire])) return nameOf(wire);
  return undefined;
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
