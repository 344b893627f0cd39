import { BN254_SCALAR_ORDER as R, VerimeshError } from "@verimesh/core";
import type { Addon } from "./addon.ts";
import { fromBytes, orders, toBytes } from "./bytes.ts";

/** 2 · G1, from EIP-196. */
const TWICE_G1 = [
  0x030644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd3n,
  0x15ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3ebf7a5a18a2c4n,
];
/** 5^((r − 1) / 2^28): the root of unity of order 2^28 that circom's tools use. */
const ROOT_28 = 19103219067921713944291392827692070036145651957329286315305642004821462161904n;
const COSET_SIZE = 64;

/**
 * Known answers for fields, groups, multi-exponentiation and transform: an engine that this processor or this compiler gets
 * wrong is refused before it makes a proof. Proofs are verified besides, one by one.
 *
 * @throws VerimeshError NATIVE_PROVER_UNAVAILABLE
 */
export function selfCheck(addon: Addon): void {
  for (const field of ["fr", "fq"] as const) {
    const p = orders[field];
    const left = [0n, 1n, p - 1n, p - 1n, p >> 1n, 2n ** 253n, 0x123456789abcdefn ** 4n % p, 3n, p - 2n];
    const right = [p - 1n, p - 1n, p - 1n, 1n, 2n, 2n ** 253n, p - 5n, 0n, p - 3n];
    const check = (operation: string, expected: readonly bigint[]) =>
      same(addon, `${field}.${operation}`, [toBytes(left), toBytes(right)], expected);
    const pairs = left.map((value, i) => [value, right[i]!] as const);
    check(
      "add",
      pairs.map(([a, b]) => (a + b) % p),
    );
    check(
      "sub",
      pairs.map(([a, b]) => (a - b + p) % p),
    );
    check(
      "mul",
      pairs.map(([a, b]) => (a * b) % p),
    );
  }
  const generator = [1n, 2n];
  const q = orders.fq;
  const multiples = toBytes([0n, 1n, 2n, R - 1n]);
  const expected = [0n, 0n, ...generator, ...TWICE_G1, 1n, q - 2n];
  same(addon, "g1.multiples", [multiples], expected);
  same(addon, "g1.times", [toBytes([generator, generator, generator, generator].flat()), multiples], expected);
  // 0 · G + 1 · G + 2 · G − G = 2 · G
  same(addon, "g1.sum", [toBytes([generator, generator, generator, generator].flat()), multiples], TWICE_G1);
  const bases = addon.compute("g2.multiples", toBytes([1n, 5n, R - 3n, 7n]));
  const scalars = [R - 9n, 2n ** 200n, 1n, 3n];
  const total = (scalars[0]! + 5n * scalars[1]! + (R - 3n) * scalars[2]! + 7n * scalars[3]!) % R;
  const sum = fromBytes(addon.compute("g2.multiples", toBytes([total])));
  same(addon, "g2.sum", [bases, toBytes(scalars)], sum);
  same(addon, "coset", [toBytes(values(1n))], values(cosetShift()));
}

/** x^3 + 5 on shift · domain. */
function values(shift: bigint): bigint[] {
  const root = cosetShift() ** 2n % R;
  let point = shift;
  return Array.from({ length: COSET_SIZE }, () => {
    const value = (point ** 3n + 5n) % R;
    point = (point * root) % R;
    return value;
  });
}

/** Root of unity of twice the domain's order. */
function cosetShift(): bigint {
  let root = ROOT_28;
  for (let order = 2 ** 28; order > 2 * COSET_SIZE; order /= 2) root = (root * root) % R;
  return root;
}

function same(addon: Addon, operation: string, operands: Uint8Array[], expected: readonly bigint[]): void {
  const found = fromBytes(addon.compute(operation, ...operands));
  const wrong = expected.findIndex((value, i) => value !== found[i]);
  if (wrong < 0 && found.length === expected.length) return;
  throw new VerimeshError("The native prover computes wrongly on this machine and is not used.", {
    code: "NATIVE_PROVER_UNAVAILABLE",
    details: `Engine ${addon.engine}, ${operation}: expected ${expected[wrong]} at ${wrong}, got ${found[wrong]}.`,
  });
}
