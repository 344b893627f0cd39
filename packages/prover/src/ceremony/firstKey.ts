import { createHash } from "node:crypto";
import { BN254_BASE_ORDER, BN254_SCALAR_ORDER } from "@verimesh/core";
import type { NativeGroth16 } from "@verimesh/prover-native";
import type { Bn128 } from "ffjavascript";
import { writeFieldElement } from "../binary/fieldElements.ts";
import { G1_BYTES, G2_BYTES, viewOf } from "../binary/points.ts";
import { writeSections } from "../binary/sections.ts";
import { publicSignalCount, readR1cs } from "../r1cs/readR1cs.ts";
import { domainPowerOf } from "../setup/quadraticProgram.ts";
import { requireLargeEnough } from "./phase1.ts";
import { Phase1File, POWERS } from "./Phase1File.ts";
import { uncompressed } from "./uncompressed.ts";

export interface FirstKey {
  readonly key: Uint8Array;
  readonly circuitHash: Uint8Array;
}

/** Points of phase 1 that snarkjs hashes at a time. */
const HASHED_AT_ONCE = 2 ** 14;

/**
 * The key before the first contribution, as snarkjs' `groth16 setup` writes it, to the byte: delta and gamma are one, every
 * wire's point is a sum of Lagrange points of phase 1.
 *
 * @throws VerimeshError R1CS_INVALID, CEREMONY_PHASE1_INVALID, CEREMONY_PHASE1_TOO_SMALL, POINTS_INVALID
 */
export async function makeFirstKey(
  native: NativeGroth16,
  curve: Bn128,
  r1csFile: Uint8Array,
  ptau: string | Uint8Array,
  onProgress?: (share: number) => void,
): Promise<FirstKey> {
  const r1cs = readR1cs(r1csFile);
  const [power, signals] = [domainPowerOf(r1cs), publicSignalCount(r1cs)];
  const [domain, privates] = [2 ** power, r1cs.wires - signals - 1];
  const phase1 = await Phase1File.open(ptau);
  try {
    requireLargeEnough(phase1, r1cs);
    const [alpha1, beta1] = [await phase1.points(POWERS.alpha1, 0, 1), await phase1.points(POWERS.beta1, 0, 1)];
    const beta2 = await phase1.points(POWERS.beta2, 0, 1, G2_BYTES);
    const h = oddPoints(await phase1.lagrange("tau1", power + 1));
    const lagrange = {
      tau1: await phase1.lagrange("tau1", power),
      tau2: await phase1.lagrange("tau2", power),
      alphaTau1: await phase1.lagrange("alphaTau1", power),
      betaTau1: await phase1.lagrange("betaTau1", power),
    };
    const made = await native.firstKey(r1csFile, lagrange, { onProgress });
    let at = 0;
    const take = (length: number): Uint8Array => made.subarray(at, (at += length));
    const [ic, l] = [take(G1_BYTES * (signals + 1)), take(G1_BYTES * privates)];
    const [a, b1, b2] = [take(G1_BYTES * r1cs.wires), take(G1_BYTES * r1cs.wires), take(G2_BYTES * r1cs.wires)];
    const entries = made.subarray(at);

    const { G1, G2 } = curve;
    const groups = [beta2, G2.gAffine, G1.gAffine, G2.gAffine];
    const hash = createHash("blake2b512");
    const update = async (points: Uint8Array, bytes: number) =>
      void hash.update(await uncompressed(curve, points, bytes === G1_BYTES ? "G1" : "G2"));
    for (const point of [alpha1, beta1, ...groups]) await update(point, point.length);
    hash.update(count(signals + 1));
    await update(ic, G1_BYTES);
    hash.update(count(domain - 1));
    await update(await hashedDifferences(native, curve, phase1, domain), G1_BYTES);
    for (const [points, bytes] of [
      [l, G1_BYTES],
      [a, G1_BYTES],
      [b1, G1_BYTES],
      [b2, G2_BYTES],
    ] as const) {
      hash.update(count(points.length / bytes));
      await update(points, bytes);
    }
    const circuitHash = hash.digest();
    const header = [headerStart(r1cs.wires, signals, domain), alpha1, beta1, ...groups];
    const key = writeSections("zkey", 1, [
      [1, [Uint8Array.of(1, 0, 0, 0)]],
      [2, header],
      [4, [entries]],
      [3, [ic]],
      [9, [h]],
      [8, [l]],
      [5, [a]],
      [6, [b1]],
      [7, [b2]],
      [10, [circuitHash, new Uint8Array(4)]],
    ]);
    return { key, circuitHash };
  } finally {
    await phase1.close();
  }
}

/** L_1, L_3, … of the doubled domain. */
function oddPoints(points: Uint8Array): Uint8Array {
  const odd = new Uint8Array(points.length / 2);
  for (let at = 0; at < odd.length; at += G1_BYTES) {
    odd.set(points.subarray(2 * at + G1_BYTES, 2 * at + 2 * G1_BYTES), at);
  }
  return odd;
}

/**
 * tau^(N + i) − tau^i, which the circuit hash binds phase 1 with. snarkjs hashes whole pieces of 2^14: in a larger domain one
 * difference more, for which it reads what lies where the power would be, and be it no point.
 */
async function hashedDifferences(
  native: NativeGroth16,
  curve: Bn128,
  phase1: Phase1File,
  domain: number,
): Promise<Uint8Array> {
  const differences = await native.subtractPoints(await phase1.points(POWERS.tau1, 0, 2 * domain - 1), domain);
  if (domain - 1 <= HASHED_AT_ONCE) return differences;
  const { G1 } = curve;
  const [high, low] = [
    await phase1.pointAt(POWERS.tau1, 2 * domain - 1),
    await phase1.pointAt(POWERS.tau1, domain - 1),
  ];
  return Buffer.concat([differences, G1.toAffine(G1.sub(high, low))]);
}

function headerStart(wires: number, signals: number, domain: number): Uint8Array {
  const bytes = new Uint8Array(84);
  const view = viewOf(bytes);
  view.setUint32(0, 32, true);
  writeFieldElement(view, 4, BN254_BASE_ORDER);
  view.setUint32(36, 32, true);
  writeFieldElement(view, 40, BN254_SCALAR_ORDER);
  [wires, signals, domain].forEach((value, i) => view.setUint32(72 + 4 * i, value, true));
  return bytes;
}

function count(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, value, false);
  return bytes;
}
