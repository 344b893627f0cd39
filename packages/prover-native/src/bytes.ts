import { BN254_BASE_ORDER, BN254_SCALAR_ORDER } from "@verimesh/core";

/** Integers below 2^256 as the addon takes them: 32 little-endian bytes each. */
export function toBytes(values: readonly bigint[]): Uint8Array {
  const words = new BigUint64Array(4 * values.length);
  values.forEach((value, i) => {
    for (let word = 0; word < 4; word++) words[4 * i + word] = BigInt.asUintN(64, value >> BigInt(64 * word));
  });
  return new Uint8Array(words.buffer);
}

export function fromBytes(bytes: Uint8Array): bigint[] {
  const words = new BigUint64Array(bytes.slice().buffer);
  return Array.from(
    { length: words.length / 4 },
    (_, i) => words[4 * i]! | (words[4 * i + 1]! << 64n) | (words[4 * i + 2]! << 128n) | (words[4 * i + 3]! << 192n),
  );
}

export const orders = { fr: BN254_SCALAR_ORDER, fq: BN254_BASE_ORDER } as const;
