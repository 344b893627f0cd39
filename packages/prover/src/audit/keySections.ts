import { BN254_BASE_ORDER as Q } from "@verimesh/core";
import { readFieldElement } from "../binary/fieldElements.ts";
import { readSections, requireSection } from "../binary/sections.ts";

/** The points of a .zkey, affine, in Montgomery form, little-endian. */
export interface KeySections {
  readonly wires: number;
  readonly publicSignals: number;
  readonly domainSize: number;
  readonly alpha1: Uint8Array;
  readonly beta1: Uint8Array;
  readonly beta2: Uint8Array;
  readonly gamma2: Uint8Array;
  readonly delta1: Uint8Array;
  readonly delta2: Uint8Array;
  readonly ic: Uint8Array;
  readonly entries: Uint8Array;
  readonly a: Uint8Array;
  readonly b1: Uint8Array;
  readonly b2: Uint8Array;
  readonly c: Uint8Array;
  readonly h: Uint8Array;
}

export const G1_BYTES = 64;
export const G2_BYTES = 128;

/** R = 2^256: a coordinate x is stored as x · R. */
const R = 2n ** 256n % Q;
/** 3 / (9 + u), real part first: the constant of G2's curve. */
const TWIST_B = [
  19485874751759354771024239261021720505790618469301721065564631296452457478373n,
  266929791119991161246907387137283842545076965332900288569378510910307636690n,
] as const;
const B1_SCALED = (3n * R ** 3n) % Q;
const B2_SCALED = TWIST_B.map((part) => (part * R ** 3n) % Q) as [bigint, bigint];

/** Splits a key that `readVerificationKey` accepts: that checks every length. */
export function keySections(provingKey: Uint8Array): KeySections {
  const file = readSections(provingKey, "zkey", "PROVING_KEY_INVALID");
  const section = (id: number) => requireSection(file, id, "zkey", "PROVING_KEY_INVALID");
  const header = section(2);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const part = (at: number, length: number) => header.subarray(at, at + length);
  return {
    wires: view.getUint32(72, true),
    publicSignals: view.getUint32(76, true),
    domainSize: view.getUint32(80, true),
    alpha1: part(84, G1_BYTES),
    beta1: part(148, G1_BYTES),
    beta2: part(212, G2_BYTES),
    gamma2: part(340, G2_BYTES),
    delta1: part(468, G1_BYTES),
    delta2: part(532, G2_BYTES),
    ic: section(3),
    entries: section(4),
    a: section(5),
    b1: section(6),
    b2: section(7),
    c: section(8),
    h: section(9),
  };
}

/** The first point that is not on its curve, as text; infinity, written as zeros, is on it. */
export function pointOffCurve(key: KeySections): string | undefined {
  const lists = { alpha1: key.alpha1, beta1: key.beta1, delta1: key.delta1, IC: key.ic };
  for (const [name, points] of Object.entries({ ...lists, A: key.a, B1: key.b1, C: key.c, H: key.h })) {
    const index = firstOffG1(points);
    if (index >= 0) return `${name}[${index}]`;
  }
  for (const [name, points] of Object.entries({
    beta2: key.beta2,
    gamma2: key.gamma2,
    delta2: key.delta2,
    B2: key.b2,
  })) {
    const index = firstOffCurve(points, G2_BYTES, isOnG2);
    if (index >= 0) return `${name}[${index}]`;
  }
  return undefined;
}

/** Index of the first point of G1 that is not reduced or not on its curve; -1 if there is none. */
export function firstOffG1(points: Uint8Array): number {
  return firstOffCurve(points, G1_BYTES, isOnG1);
}

function firstOffCurve(points: Uint8Array, size: number, isOn: (coordinates: readonly bigint[]) => boolean): number {
  const view = new DataView(points.buffer, points.byteOffset, points.byteLength);
  for (let index = 0; index * size < points.length; index++) {
    const coordinates = Array.from({ length: size / 32 }, (_, i) => readFieldElement(view, index * size + 32 * i));
    if (coordinates.every((value) => value === 0n)) continue;
    if (coordinates.some((value) => value >= Q) || !isOn(coordinates)) return index;
  }
  return -1;
}

/** y² = x³ + 3, with both sides times R³. */
function isOnG1([x, y]: readonly bigint[]): boolean {
  return (((y! * y!) % Q) * R - ((x! * x!) % Q) * x! - B1_SCALED) % Q === 0n;
}

function isOnG2([x0, x1, y0, y1]: readonly bigint[]): boolean {
  const x = [x0!, x1!] as const;
  const left = multiply([y0!, y1!], [y0!, y1!]);
  const cube = multiply(multiply(x, x), x);
  return left.every((value, i) => (value * R - cube[i]! - B2_SCALED[i]!) % Q === 0n);
}

/** Product in Fq[u] / (u² + 1). */
function multiply(a: readonly [bigint, bigint], b: readonly [bigint, bigint]): [bigint, bigint] {
  return [(a[0] * b[0] - a[1] * b[1]) % Q, (a[0] * b[1] + a[1] * b[0]) % Q];
}
