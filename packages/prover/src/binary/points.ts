import { BN254_BASE_ORDER, type G2Affine } from "@verimesh/core";
import { readFieldElement } from "./fieldElements.ts";

/** Bytes of an affine point in a .zkey or .ptau file: coordinates in Montgomery form, little-endian. */
export const G1_BYTES = 64;
export const G2_BYTES = 128;

/** 1 / 2^256 mod q: takes a coordinate out of Montgomery form. */
const MONTGOMERY_INVERSE = inverse(2n ** 256n % BN254_BASE_ORDER);

/** Reads a point of G1; whether it is on the curve is for the caller to check. */
export function readG1(view: DataView, at: number): readonly [bigint, bigint] {
  return [coordinateAt(view, at), coordinateAt(view, at + 32)];
}

/** Reads a point of G2; whether it is on the curve and in the group is for the caller to check. */
export function readG2(view: DataView, at: number): G2Affine {
  return [readG1(view, at), readG1(view, at + 64)];
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function coordinateAt(view: DataView, at: number): bigint {
  return (readFieldElement(view, at) * MONTGOMERY_INVERSE) % BN254_BASE_ORDER;
}

function inverse(value: bigint): bigint {
  let result = 1n;
  for (let square = value, rest = BN254_BASE_ORDER - 2n; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % BN254_BASE_ORDER;
    square = (square * square) % BN254_BASE_ORDER;
  }
  return result;
}
