import { BN254_SCALAR_ORDER } from "@verimesh/core";

/** Bytes of a field element, little-endian. */
export const FIELD_BYTES = 32;

/** Reads 32 little-endian bytes. */
export function readFieldElement(view: DataView, offset: number): bigint {
  return (
    view.getBigUint64(offset, true) |
    (view.getBigUint64(offset + 8, true) << 64n) |
    (view.getBigUint64(offset + 16, true) << 128n) |
    (view.getBigUint64(offset + 24, true) << 192n)
  );
}

/** Writes 0 ≤ value < 2^256 as 32 little-endian bytes. */
export function writeFieldElement(view: DataView, offset: number, value: bigint): void {
  view.setBigUint64(offset, BigInt.asUintN(64, value), true);
  view.setBigUint64(offset + 8, BigInt.asUintN(64, value >> 64n), true);
  view.setBigUint64(offset + 16, BigInt.asUintN(64, value >> 128n), true);
  view.setBigUint64(offset + 24, value >> 192n, true);
}

/** The representative in [0, r). */
export function modR(value: bigint): bigint {
  const remainder = value % BN254_SCALAR_ORDER;
  return remainder < 0n ? remainder + BN254_SCALAR_ORDER : remainder;
}

/** base^exponent mod r, exponent ≥ 0. */
export function powR(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (
    let square = modR(base), rest = exponent;
    rest > 0n;
    rest >>= 1n, square = (square * square) % BN254_SCALAR_ORDER
  ) {
    if (rest & 1n) result = (result * square) % BN254_SCALAR_ORDER;
  }
  return result;
}

/** 1 / value mod r; value must not be 0 mod r. */
export function inverseR(value: bigint): bigint {
  return powR(value, BN254_SCALAR_ORDER - 2n);
}
