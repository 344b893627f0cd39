import type { Groth16Proof } from "@verimesh/core";
import { readVerificationKey } from "../prove/readVerificationKey.ts";
import { findViolation } from "../r1cs/checkWitness.ts";
import { publicSignalCount, readR1cs } from "../r1cs/readR1cs.ts";
import { domainPowerOf } from "../setup/quadraticProgram.ts";
import { auditCurve } from "./auditCurve.ts";
import { columnsOf } from "./columns.ts";
import { findEntryMismatch } from "./keyEntries.ts";
import { findFreeWire, holdsOnNullVector, proveWitness } from "./keyProves.ts";
import { keySections, pointOffCurve } from "./keySections.ts";
import { findStructureMismatch } from "./keyStructure.ts";
import { nullVectorOfC } from "./nullVector.ts";

export interface KeyAuditOptions {
  /** Witnesses of true statements, to be proven: best of random inputs. */
  readonly witnesses?: readonly (readonly bigint[])[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface KeyAudit {
  /** What is wrong; undefined if the key is one of the circuit. */
  readonly mismatch: string | undefined;
  /** Proofs of the witnesses, in their order, without blinding: empty where something is wrong. */
  readonly proofs: readonly Groth16Proof[];
}

/**
 * Checks that a Groth16 proving key is one of this constraint system, without knowing how it was made: sizes; the entries
 * of A and B; every point on its curve; A and B as the circuit's polynomials at the secret point of H; C and IC on values
 * that C maps to zero; true witnesses proven; and linear rows that hold their wires (a random sample of them).
 *
 * It cannot tell whether somebody still knows the key's secrets: with them any statement can be proven. Only the
 * transcript of a ceremony speaks of that. Nor, without them, does it show each linear row of C: the maker of a
 * development key who leaves out single ones gains nothing that its secrets do not give anyway.
 *
 * @param r1cs the linked .r1cs
 * @param provingKey a .zkey
 * @throws VerimeshError R1CS_INVALID, PROVING_KEY_INVALID for files that are malformed; the signal's reason if aborted
 * between two steps
 */
export async function auditProvingKey(
  r1csFile: Uint8Array,
  provingKey: Uint8Array,
  options: KeyAuditOptions = {},
): Promise<KeyAudit> {
  const proofs: Groth16Proof[] = [];
  const mismatch = await findMismatch(r1csFile, provingKey, options, proofs);
  return { mismatch, proofs: mismatch === undefined ? proofs : [] };
}

async function findMismatch(
  r1csFile: Uint8Array,
  provingKey: Uint8Array,
  { witnesses = [], signal }: KeyAuditOptions,
  proofs: Groth16Proof[],
): Promise<string | undefined> {
  const r1cs = readR1cs(r1csFile);
  readVerificationKey(provingKey);
  const key = keySections(provingKey);
  const sizes = [
    ["wires", key.wires, r1cs.wires],
    ["public signals", key.publicSignals, publicSignalCount(r1cs)],
    ["points of H", key.domainSize, 2 ** domainPowerOf(r1cs)],
  ] as const;
  for (const [what, found, expected] of sizes) {
    if (found !== expected) return `it has ${found} ${what}; the circuit takes ${expected}`;
  }
  const entries = findEntryMismatch(key.entries, r1cs, key.domainSize);
  if (entries !== undefined) return entries;
  const off = pointOffCurve(key);
  if (off !== undefined) return `the point ${off} is not on its curve`;

  const curve = await auditCurve();
  const columns = columnsOf(r1cs);
  const structure = await steps(signal, () => findStructureMismatch(curve, key, r1cs, columns));
  if (structure !== undefined) return structure;
  if (!(await steps(signal, () => holdsOnNullVector(curve, key, nullVectorOfC(r1cs))))) {
    return "C or IC is not of this circuit: of other weights, or altered";
  }
  for (const witness of witnesses) {
    const violation = findViolation(r1cs, witness);
    if (violation !== null) return `a witness of the model does not satisfy constraint ${violation.row}`;
    const proof = await steps(signal, () => proveWitness(curve, key, r1cs, witness));
    if (proof === undefined) return "a proof of a true statement does not hold under it";
    proofs.push(proof);
  }
  return steps(signal, () => findFreeWire(curve, key, columns));
}

/** Lets an abort be seen between steps that take seconds each. */
async function steps<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
  await new Promise((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
  return run();
}
