import { BN254_BASE_ORDER as Q, BN254_SCALAR_ORDER as R } from "@verimesh/core";
import type { NativeGroth16 } from "@verimesh/prover-native";
import { inverseR, powR, writeFieldElement } from "../../src/binary/fieldElements.ts";
import { readSections, writeSections } from "../../src/binary/sections.ts";

const [TAU, ALPHA, BETA] = [123_456_789_123n ** 6n % R, 987_654_321_987n ** 6n % R, 555_444_333_222n ** 6n % R];

/**
 * A phase-1 file of any power in seconds, as its secrets are known: every point is one multiple of a generator. Its
 * contributions are another's, so that nobody takes it for checked.
 *
 * @param like a prepared .ptau, of which it takes header and contributions
 */
export function makeKnownPhase1(native: NativeGroth16, like: Uint8Array, power: number): Uint8Array {
  const { version, sections } = readSections(like, "ptau", "TEST");
  const header = sections.get(1)!.slice();
  new DataView(header.buffer).setUint32(36, power, true);
  const powers = [1n];
  while (powers.length < 2 ** (power + 1) - 1) powers.push((powers.at(-1)! * TAU) % R);
  const half = powers.slice(0, 2 ** power);
  const lagrange = Array.from({ length: power + 1 }, (_, p) => lagrangeAtTau(p)).flat();
  const times = (values: readonly bigint[], factor: bigint) => values.map((value) => (value * factor) % R);
  const g1 = (scalars: readonly bigint[]) => multiples(native, scalars, "g1");
  const g2 = (scalars: readonly bigint[]) => multiples(native, scalars, "g2");
  return writeSections("ptau", version, [
    [1, [header]],
    [2, [g1(powers)]],
    [3, [g2(half)]],
    [4, [g1(times(half, ALPHA))]],
    [5, [g1(times(half, BETA))]],
    [6, [g2([BETA])]],
    [7, [sections.get(7)!]],
    [12, [g1([...lagrange, ...lagrangeAtTau(power + 1)])]],
    [13, [g2(lagrange)]],
    [14, [g1(times(lagrange, ALPHA))]],
    [15, [g1(times(lagrange, BETA))]],
  ]);
}

/** L_i(tau) = (tau^N − 1) · w^i / (N · (tau − w^i)). */
function lagrangeAtTau(power: number): bigint[] {
  const size = BigInt(2 ** power);
  const root = powR(5n, (R - 1n) / size);
  const scale = ((powR(TAU, size) - 1n) * inverseR(size)) % R;
  const roots = [1n];
  while (roots.length < size) roots.push((roots.at(-1)! * root) % R);
  // One inversion for all.
  const products = [1n];
  for (const each of roots) products.push((products.at(-1)! * (TAU - each + R)) % R);
  let inverse = inverseR(products.at(-1)!);
  const values = roots.map(() => 0n);
  for (let i = roots.length - 1; i >= 0; i--) {
    values[i] = (((inverse * products[i]!) % R) * ((roots[i]! * scale) % R)) % R;
    inverse = (inverse * (TAU - roots[i]! + R)) % R;
  }
  return values;
}

/** Of the group's generator, affine, in Montgomery form. */
function multiples(native: NativeGroth16, scalars: readonly bigint[], group: "g1" | "g2"): Uint8Array {
  const bytes = new Uint8Array((group === "g1" ? 64 : 128) * scalars.length);
  const PIECE = 4096;
  for (let at = 0; at < scalars.length; at += PIECE) {
    const piece = scalars.slice(at, at + PIECE);
    const plain = native.addon.compute(`${group}.multiples`, integers(piece));
    bytes.set(plain, (at * bytes.length) / scalars.length);
  }
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += 32) {
    let value = 0n;
    for (let word = 3; word >= 0; word--) value = (value << 64n) | view.getBigUint64(at + 8 * word, true);
    writeFieldElement(view, at, (value << 256n) % Q);
  }
  return bytes;
}

function integers(values: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(32 * values.length);
  values.forEach((value, i) => writeFieldElement(new DataView(bytes.buffer), 32 * i, value));
  return bytes;
}
