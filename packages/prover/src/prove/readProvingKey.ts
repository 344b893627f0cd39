import { BN254_BASE_ORDER, BN254_SCALAR_ORDER, VerimeshError } from "@verimesh/core";
import { readFieldElement } from "../binary/fieldElements.ts";
import { viewOf } from "../binary/points.ts";
import { readSections, requireSection } from "../binary/sections.ts";

const PROVING_KEY_INVALID = "PROVING_KEY_INVALID";

/** The parts of a .zkey, views into the file. */
export interface ProvingKey {
  readonly wires: number;
  /** Without the constant one. */
  readonly signals: number;
  /** Rows of the constraint system, public signals included, rounded up to a power of two. */
  readonly domain: number;
  /** alpha1 at 84, beta1 at 148, beta2 at 212, gamma2 at 340, delta1 at 468, delta2 at 532. */
  readonly header: DataView;
  /** By its id: 3 IC, 4 coefficients, 5 A, 6 B1, 7 B2, 8 L, 9 H, 10 contributions. */
  readonly section: (id: number) => Uint8Array;
}

/**
 * Splits a .zkey. Checks that the file is a Groth16 key over BN254 and that each of its sections has the length that its
 * header says; points are not looked at.
 *
 * @throws VerimeshError PROVING_KEY_INVALID
 */
export function readProvingKey(provingKey: Uint8Array): ProvingKey {
  const file = readSections(provingKey, "zkey", PROVING_KEY_INVALID);
  const section = (id: number) => requireSection(file, id, "zkey", PROVING_KEY_INVALID);
  const header = viewOf(section(2));
  if (viewOf(section(1)).byteLength !== 4 || viewOf(section(1)).getUint32(0, true) !== 1 || header.byteLength !== 660) {
    invalidProvingKey("it is not a Groth16 key over BN254");
  }
  if (readFieldElement(header, 4) !== BN254_BASE_ORDER || readFieldElement(header, 40) !== BN254_SCALAR_ORDER) {
    invalidProvingKey("it is not over BN254");
  }
  const [wires, signals, domain] = [72, 76, 80].map((at) => header.getUint32(at, true)) as [number, number, number];
  const lengths: readonly (readonly [number, number])[] = [
    [3, 64 * (signals + 1)],
    [5, 64 * wires],
    [6, 64 * wires],
    [7, 128 * wires],
    [8, 64 * (wires - signals - 1)],
    [9, 64 * domain],
  ];
  for (const [id, length] of lengths) {
    if (section(id).length !== length) {
      invalidProvingKey(`section ${id} has ${section(id).length} bytes; expected ${length}`);
    }
  }
  return { wires, signals, domain, header, section };
}

export function invalidProvingKey(what: string): never {
  throw new VerimeshError(`This is not a usable proving key: ${what}.`, {
    code: PROVING_KEY_INVALID,
    details: "The file is corrupt or of another kind: fetch it again, or run the set-up again.",
  });
}
