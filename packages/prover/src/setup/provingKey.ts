import { BN254_BASE_ORDER, BN254_SCALAR_ORDER } from "@verimesh/core";
import { FIELD_BYTES, modR, writeFieldElement } from "../binary/fieldElements.ts";
import { writeSections } from "../binary/sections.ts";
import type { ProgramEntry } from "./quadraticProgram.ts";

/** The parts of a proving key; points are affine, Montgomery form, little-endian. */
export interface ProvingKeyParts {
  readonly wires: number;
  readonly publicSignals: number;
  readonly domainSize: number;
  readonly entries: readonly ProgramEntry[];
  /** alpha1, beta1, delta1. */
  readonly header1: Uint8Array;
  /** beta2, gamma2, delta2. */
  readonly header2: Uint8Array;
  readonly ic: Uint8Array;
  readonly a: Uint8Array;
  readonly b1: Uint8Array;
  readonly b2: Uint8Array;
  readonly c: Uint8Array;
  readonly h: Uint8Array;
}

const G1_BYTES = 64;
const G2_BYTES = 128;
const ENTRY_BYTES = 12 + FIELD_BYTES;

/** Writes a Groth16 key as snarkjs 0.7 reads it (.zkey, version 1). It has no contributions: it is not a ceremony's. */
export function writeProvingKey(parts: ProvingKeyParts): Uint8Array {
  const protocol = new Uint8Array([1, 0, 0, 0]);
  // 64 bytes of circuit hash, which only a ceremony's transcript needs, and a count of contributions: none.
  const contributions = new Uint8Array(68);
  return writeSections("zkey", 1, [
    [1, [protocol]],
    [2, [writeHeader(parts)]],
    [3, [parts.ic]],
    [4, [writeEntries(parts.entries)]],
    [5, [parts.a]],
    [6, [parts.b1]],
    [7, [parts.b2]],
    [8, [parts.c]],
    [9, [parts.h]],
    [10, [contributions]],
  ]);
}

function writeHeader({ wires, publicSignals, domainSize, header1, header2 }: ProvingKeyParts): Uint8Array {
  const header = new Uint8Array(2 * (4 + FIELD_BYTES) + 12 + 3 * G1_BYTES + 3 * G2_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, FIELD_BYTES, true);
  writeFieldElement(view, 4, BN254_BASE_ORDER);
  view.setUint32(36, FIELD_BYTES, true);
  writeFieldElement(view, 40, BN254_SCALAR_ORDER);
  view.setUint32(72, wires, true);
  view.setUint32(76, publicSignals, true);
  view.setUint32(80, domainSize, true);
  const g1 = (index: number) => header1.subarray(index * G1_BYTES, (index + 1) * G1_BYTES);
  const g2 = (index: number) => header2.subarray(index * G2_BYTES, (index + 1) * G2_BYTES);
  let at = 84;
  // alpha1, beta1, beta2, gamma2, delta1, delta2
  for (const point of [g1(0), g1(1), g2(0), g2(1), g1(2), g2(2)]) {
    header.set(point, at);
    at += point.length;
  }
  return header;
}

/** Each entry: matrix, row, wire, coefficient · R² mod r (R = 2^256): a product with a plain value is then Montgomery's. */
function writeEntries(entries: readonly ProgramEntry[]): Uint8Array {
  const section = new Uint8Array(4 + entries.length * ENTRY_BYTES);
  const view = new DataView(section.buffer);
  view.setUint32(0, entries.length, true);
  const montgomerySquared = modR(1n << 512n);
  entries.forEach(({ matrix, row, wire, coefficient }, index) => {
    const at = 4 + index * ENTRY_BYTES;
    view.setUint32(at, matrix, true);
    view.setUint32(at + 4, row, true);
    view.setUint32(at + 8, wire, true);
    writeFieldElement(view, at + 12, modR(coefficient * montgomerySquared));
  });
  return section;
}
