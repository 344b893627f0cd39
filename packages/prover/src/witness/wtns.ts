import { BN254_SCALAR_ORDER, VerimeshError } from "@verimesh/core";
import { FIELD_BYTES, readFieldElement, writeFieldElement } from "../binary/fieldElements.ts";
import { readSections, requireSection, writeSections } from "../binary/sections.ts";

const WTNS_INVALID = "WITNESS_INVALID";

/** A witness as snarkjs reads it (.wtns, version 2), from one value in [0, r) per wire. */
export function writeWitness(witness: readonly bigint[]): Uint8Array {
  const values = new Uint8Array(FIELD_BYTES * witness.length);
  const view = new DataView(values.buffer);
  witness.forEach((value, wire) => writeFieldElement(view, FIELD_BYTES * wire, value));
  return writeWitnessBytes(values);
}

/** As `writeWitness`, from 32 little-endian bytes per wire. */
export function writeWitnessBytes(values: Uint8Array): Uint8Array {
  const header = new Uint8Array(8 + FIELD_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, FIELD_BYTES, true);
  writeFieldElement(view, 4, BN254_SCALAR_ORDER);
  view.setUint32(4 + FIELD_BYTES, values.length / FIELD_BYTES, true);
  return writeSections("wtns", 2, [
    [1, [header]],
    [2, [values]],
  ]);
}

/**
 * The values of a .wtns file, one per wire.
 *
 * @throws VerimeshError WITNESS_INVALID if the file is malformed, over another field, or a value is not below r
 */
export function readWitness(bytes: Uint8Array): bigint[] {
  const file = readSections(bytes, "wtns", WTNS_INVALID);
  const header = requireSection(file, 1, "wtns", WTNS_INVALID);
  const values = requireSection(file, 2, "wtns", WTNS_INVALID);
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const headerView = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (
    header.length !== 8 + FIELD_BYTES ||
    readFieldElement(headerView, 4) !== BN254_SCALAR_ORDER ||
    headerView.getUint32(4 + FIELD_BYTES, true) * FIELD_BYTES !== values.length
  ) {
    throw new VerimeshError("This witness is not over BN254's scalar field, or is truncated.", { code: WTNS_INVALID });
  }
  return Array.from({ length: values.length / FIELD_BYTES }, (_, wire) => {
    const value = readFieldElement(view, FIELD_BYTES * wire);
    if (value >= BN254_SCALAR_ORDER) {
      throw new VerimeshError(`Wire ${wire} of the witness is not below the field order.`, { code: WTNS_INVALID });
    }
    return value;
  });
}
