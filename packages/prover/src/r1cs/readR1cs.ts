import { createHash } from "node:crypto";
import { BN254_SCALAR_ORDER, VerimeshError } from "@verimesh/core";
import { FIELD_BYTES, readFieldElement } from "../binary/fieldElements.ts";
import { type SectionFile, readSections, requireSection } from "../binary/sections.ts";

export const R1CS_INVALID = "R1CS_INVALID";
export const HEADER_SECTION = 1;
export const CONSTRAINTS_SECTION = 2;

/** A rank-1 constraint system over BN254's scalar field: A·w ∘ B·w = C·w. Wire 0 is the constant one. */
export interface R1cs {
  /** Wires in this order: one, outputs, public inputs, private inputs, the rest. */
  readonly wires: number;
  readonly publicOutputs: number;
  readonly publicInputs: number;
  readonly privateInputs: number;
  readonly constraints: number;
  /** The constraints as the file has them: per row, A, B, C, each a count and (wire, coefficient) pairs. */
  readonly constraintWords: Uint32Array;
  readonly file: SectionFile;
}

/**
 * Reads the header of an .r1cs file; the constraints stay in their binary form, see `forEachTerm`.
 *
 * @throws VerimeshError R1CS_INVALID if the file is malformed or over another field
 */
export function readR1cs(bytes: Uint8Array): R1cs {
  const file = readSections(bytes, "r1cs", R1CS_INVALID);
  const header = requireSection(file, HEADER_SECTION, "r1cs", R1CS_INVALID);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (
    header.length !== 64 ||
    view.getUint32(0, true) !== FIELD_BYTES ||
    readFieldElement(view, 4) !== BN254_SCALAR_ORDER
  ) {
    throw new VerimeshError("This constraint system is not over BN254's scalar field.", { code: R1CS_INVALID });
  }
  const [wires, publicOutputs, publicInputs, privateInputs] = [36, 40, 44, 48].map((at) => view.getUint32(at, true));
  const constraints = requireSection(file, CONSTRAINTS_SECTION, "r1cs", R1CS_INVALID);
  if (1 + publicOutputs! + publicInputs! + privateInputs! > wires!) {
    throw new VerimeshError("This constraint system has more inputs and outputs than wires.", { code: R1CS_INVALID });
  }
  return {
    wires: wires!,
    publicOutputs: publicOutputs!,
    publicInputs: publicInputs!,
    privateInputs: privateInputs!,
    constraints: view.getUint32(60, true),
    constraintWords: asWords(constraints),
    file,
  };
}

/** Number of public signals: outputs and public inputs. */
export function publicSignalCount(r1cs: R1cs): number {
  return r1cs.publicOutputs + r1cs.publicInputs;
}

/** sha256 of the file, lower-case hex without 0x. */
export function hashR1cs(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function asWords(bytes: Uint8Array): Uint32Array {
  if (bytes.length % 4 !== 0) throw new VerimeshError("The constraints end within a number.", { code: R1CS_INVALID });
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}
