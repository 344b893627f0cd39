import { BN254_SCALAR_ORDER as R } from "@verimesh/core";

/**
 * 1 / value mod r, by Euclid's algorithm: a fifth of the time that an exponentiation takes, and a forger inverts for every
 * wire that it repairs.
 *
 * @param value in [1, r)
 */
export function fieldInverse(value: bigint): bigint {
  let [rest, next] = [R, value];
  let [factor, nextFactor] = [0n, 1n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  if (rest !== 1n) throw new RangeError(`${value} has no inverse`);
  return factor < 0n ? factor + R : factor;
}
