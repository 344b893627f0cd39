import { randomBytes } from "node:crypto";
import { BN254_SCALAR_ORDER } from "@verimesh/core";
import { type Bn128, buildBn128, type WasmCurvePoints, type WasmField } from "ffjavascript";
import { FIELD_BYTES, readFieldElement, writeFieldElement } from "../binary/fieldElements.ts";

type Points = WasmCurvePoints<never> & {
  multiExpAffine(points: Uint8Array, scalars: Uint8Array): Promise<Uint8Array>;
  add(a: Uint8Array, b: Uint8Array): Uint8Array;
  neg(point: Uint8Array): Uint8Array;
  isZero(point: Uint8Array): boolean;
};

/** What an audit needs of ffjavascript beyond what a set-up needs. */
export type AuditCurve = Omit<Bn128, "Fr" | "G1" | "G2"> & {
  readonly G1: Points;
  readonly G2: Points;
  readonly Fr: WasmField & {
    readonly one: Uint8Array;
    fft(values: Uint8Array): Promise<Uint8Array>;
    ifft(values: Uint8Array): Promise<Uint8Array>;
    batchApplyKey(values: Uint8Array, first: Uint8Array, factor: Uint8Array): Promise<Uint8Array>;
    batchToMontgomery(values: Uint8Array): Promise<Uint8Array>;
    batchFromMontgomery(values: Uint8Array): Promise<Uint8Array>;
  };
  /** Whether the product of the pairings of consecutive points of G1 and G2 is one. */
  pairingEq(...points: Uint8Array[]): Promise<boolean>;
};

let curve: Promise<AuditCurve> | undefined;

/** In this thread alone: nothing has to be ended. */
export function auditCurve(): Promise<AuditCurve> {
  return (curve ??= buildBn128(true) as unknown as Promise<AuditCurve>);
}

/** 128 bits each: a false statement passes a random combination with a chance of 2^-128. */
export function randomScalars(count: number): bigint[] {
  const bytes = randomBytes(16 * count);
  return Array.from(
    { length: count },
    (_, i) => (bytes.readBigUInt64LE(16 * i) << 64n) | bytes.readBigUInt64LE(16 * i + 8),
  );
}

/** Σ scalar · point; points affine, in Montgomery form, as a .zkey has them. */
export function combine(group: Points, points: Uint8Array, scalars: readonly bigint[]): Promise<Uint8Array> {
  return group.multiExpAffine(points, scalarBytes(scalars));
}

/**
 * The polynomial that has these values on the domain of 2^power roots of unity, at the odd roots of the doubled domain:
 * the points over which the H section of a .zkey is written.
 */
export async function atOddRoots(curve: AuditCurve, power: number, values: readonly bigint[]): Promise<bigint[]> {
  const { Fr } = curve;
  const coefficients = await Fr.ifft(await Fr.batchToMontgomery(scalarBytes(values)));
  const shifted = await Fr.batchApplyKey(coefficients, Fr.one, Fr.w[power + 1]!);
  const plain = await Fr.batchFromMontgomery(await Fr.fft(shifted));
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  return values.map((_, index) => readFieldElement(view, index * FIELD_BYTES));
}

function scalarBytes(scalars: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(FIELD_BYTES * scalars.length);
  const view = new DataView(bytes.buffer);
  scalars.forEach((scalar, index) => {
    const reduced = scalar % BN254_SCALAR_ORDER;
    writeFieldElement(view, index * FIELD_BYTES, reduced < 0n ? reduced + BN254_SCALAR_ORDER : reduced);
  });
  return bytes;
}
