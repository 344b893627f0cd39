import { BN254_SCALAR_ORDER, type LinearConstraint, VerimeshError } from "@verimesh/core";
import { writeSections } from "../binary/sections.ts";
import { CONSTRAINTS_SECTION, HEADER_SECTION, type R1cs, publicSignalCount, readR1cs } from "../r1cs/readR1cs.ts";
import { ConstraintWriter } from "./ConstraintWriter.ts";

/** A linked file, and which wires it ties. */
export interface LinkedRows {
  readonly r1cs: Uint8Array;
  /** By wire: 1 for an accumulator. */
  readonly isLinked: Uint8Array;
}

/**
 * Appends `0 · 0 = Σ coefficient · wire + constant − accumulator` to a skeleton, one row per accumulator. A Groth16
 * prover never touches the C matrix, so the number of weights costs no proving time. Whether all is linked that must be
 * `linkModel` knows, this does not.
 *
 * @param skeleton .r1cs bytes as circom writes them
 * @param constraints over private inputs of the skeleton, each accumulator at most once; a zero coefficient is left out
 * @returns the linked .r1cs; wires and public signals are the skeleton's
 * @throws VerimeshError LINK_INVALID naming the constraint and what was expected; R1CS_INVALID for a malformed skeleton
 */
export function linkWeights(skeleton: Uint8Array, constraints: Iterable<LinearConstraint>): Uint8Array {
  return linkRows(skeleton, constraints).r1cs;
}

/** As `linkWeights`, saying what it linked. */
export function linkRows(skeleton: Uint8Array, constraints: Iterable<LinearConstraint>): LinkedRows {
  const r1cs = readR1cs(skeleton);
  const linked = new Uint8Array(r1cs.wires);
  const writer = new ConstraintWriter();
  for (const constraint of constraints) {
    checkConstraint(r1cs, constraint, writer.count, linked);
    linked[constraint.accumulatorWire] = 1;
    writer.add(constraint);
  }

  const total = r1cs.constraints + writer.count;
  if (total >= 2 ** 28) invalid(`${total} constraints are more than BN254's 2^28 roots of unity allow`);
  const file = writeSections(
    "r1cs",
    r1cs.file.version,
    [...r1cs.file.sections].map(([id, bytes]) => {
      if (id === HEADER_SECTION) return [id, [withConstraintCount(bytes, total)]] as const;
      if (id === CONSTRAINTS_SECTION) return [id, [bytes, ...writer.parts()]] as const;
      return [id, [bytes]] as const;
    }),
  );
  return { r1cs: file, isLinked: linked };
}

function checkConstraint(r1cs: R1cs, constraint: LinearConstraint, index: number, linked: Uint8Array): void {
  const { accumulatorWire, wires, coefficients, constant } = constraint;
  const first = 1 + publicSignalCount(r1cs);
  const end = first + r1cs.privateInputs;
  const isPrivateInput = (wire: number) => wire >= first && wire < end;
  const name = `linear constraint ${index}`;
  if (wires.length !== coefficients.length) {
    invalid(`${name} has ${wires.length} wires and ${coefficients.length} coefficients`);
  }
  if (!isPrivateInput(accumulatorWire)) {
    invalid(`${name} has accumulator wire ${accumulatorWire}; private inputs are ${first} to ${end - 1}`);
  }
  if (linked[accumulatorWire]) invalid(`${name} links wire ${accumulatorWire} a second time`);
  if (!Number.isSafeInteger(constant)) invalid(`${name} has the constant ${constant}; expected a safe integer`);
  for (const wire of wires) {
    if (!isPrivateInput(wire)) invalid(`${name} names wire ${wire}; private inputs are ${first} to ${end - 1}`);
    if (wire === accumulatorWire) invalid(`${name} has its accumulator ${wire} among its inputs`);
  }
}

function withConstraintCount(header: Uint8Array, count: number): Uint8Array {
  const copy = header.slice();
  new DataView(copy.buffer).setUint32(60, count, true);
  return copy;
}

function invalid(what: string): never {
  throw new VerimeshError(`The weights cannot be linked: ${what}.`, {
    code: "LINK_INVALID",
    details: `Expected rows over the skeleton's private inputs, with integer coefficients (mod ${BN254_SCALAR_ORDER}).`,
  });
}
