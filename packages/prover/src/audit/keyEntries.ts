import { BN254_SCALAR_ORDER as R } from "@verimesh/core";
import { FIELD_BYTES, inverseR, modR, readFieldElement } from "../binary/fieldElements.ts";
import { forEachTerm } from "../r1cs/forEachTerm.ts";
import { publicSignalCount, type R1cs } from "../r1cs/readR1cs.ts";
import { randomScalars } from "./auditCurve.ts";

const ENTRY_BYTES = 12 + FIELD_BYTES;

/**
 * Whether the entries of A and B that a .zkey carries are those of the constraint system, with the row `1 · w` in A for
 * each public signal. Compared as matrices, by xᵀMy at random x and y: order and splitting of entries do not matter.
 *
 * @returns what is wrong, or undefined
 */
export function findEntryMismatch(section: Uint8Array, r1cs: R1cs, domainSize: number): string | undefined {
  const view = new DataView(section.buffer, section.byteOffset, section.byteLength);
  const count = section.length < 4 ? -1 : view.getUint32(0, true);
  if (section.length !== 4 + count * ENTRY_BYTES) return `the section of entries has ${section.length} bytes`;

  const byRow = randomScalars(domainSize);
  const byWire = randomScalars(r1cs.wires);
  const weight = (row: number, wire: number): bigint => (byRow[row]! * byWire[wire]!) % R;
  const sums = [0n, 0n] as [bigint, bigint];
  forEachTerm(r1cs, (matrix, row, wire, coefficient) => {
    if (matrix !== 2) sums[matrix] += weight(row, wire) * coefficient;
  });
  for (let wire = 0; wire <= publicSignalCount(r1cs); wire++) sums[0] += weight(r1cs.constraints + wire, wire);

  // A .zkey holds coefficient · 2^512.
  const scale = inverseR(modR(1n << 512n));
  const found = [0n, 0n] as [bigint, bigint];
  for (let index = 0; index < count; index++) {
    const at = 4 + index * ENTRY_BYTES;
    const [matrix, row, wire] = [0, 4, 8].map((offset) => view.getUint32(at + offset, true)) as [
      number,
      number,
      number,
    ];
    if (matrix > 1 || row >= domainSize || wire >= r1cs.wires) return `entry ${index} lies outside the matrices`;
    found[matrix as 0 | 1] += weight(row, wire) * readFieldElement(view, at + 12);
  }
  const wrong = (["A", "B"] as const).filter((_, i) => modR(modR(found[i]!) * scale) !== modR(sums[i]!));
  return wrong.length === 0 ? undefined : `the entries of ${wrong.join(" and ")} are of other constraints`;
}
