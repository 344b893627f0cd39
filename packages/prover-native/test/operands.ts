import { randomBytes } from "node:crypto";
import { BN254_BASE_ORDER, BN254_SCALAR_ORDER } from "@verimesh/core";
import type { Addon } from "../src/addon.ts";
import { fromBytes, toBytes } from "../src/bytes.ts";

export const orders = { fr: BN254_SCALAR_ORDER, fq: BN254_BASE_ORDER } as const;

export function randomBelow(order: bigint): bigint {
  return BigInt(`0x${randomBytes(40).toString("hex")}`) % order;
}

/** Where carries, borrows and reductions change: around 0, the modulus, its half, and the limbs' ends of 52 and 64 bits. */
export function edgesOf(order: bigint): bigint[] {
  const powers = [26n, 52n, 63n, 64n, 104n, 127n, 128n, 156n, 191n, 192n, 208n, 252n, 253n].map((bits) => 1n << bits);
  const around = [0n, 1n, 2n, 3n, order >> 1n, order - 1n, ...powers];
  const montgomery = [1n << 256n, 1n << 260n, 1n << 512n].map((value) => value % order);
  return [
    ...new Set([...around, ...around.map((value) => value + 1n), ...around.map((value) => value - 1n), ...montgomery]),
  ]
    .map((value) => ((value % order) + order) % order)
    .filter((value, i, all) => all.indexOf(value) === i);
}

/** Every pair of edges, and random pairs. */
export function pairsOf(order: bigint, random: number): (readonly [bigint, bigint])[] {
  const edges = edgesOf(order);
  const pairs = edges.flatMap((a) => edges.map((b) => [a, b] as const));
  for (let i = 0; i < random; i++) pairs.push([randomBelow(order), randomBelow(order)]);
  return pairs;
}

/** An operation of the addon on lists of integers. */
export function compute(addon: Addon, operation: string, ...operands: (readonly bigint[])[]): bigint[] {
  return fromBytes(addon.compute(operation, ...operands.map(toBytes)));
}
