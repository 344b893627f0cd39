import { createHash } from "node:crypto";
import { BN254_SCALAR_ORDER, VerimeshError } from "@verimesh/core";
import { type Bn128, ChaCha } from "ffjavascript";
import { viewOf } from "../binary/points.ts";
import { type Beacon, type Chain, type Contribution, titleOf } from "./Chain.ts";
import { publicKeyOf } from "./readChain.ts";

/**
 * Checks that each contribution multiplied delta by a factor that its maker knew, in this order and for this circuit: the
 * second phase of Bowe, Gabizon and Miers, "Scalable Multi-party Computation for zk-SNARK Parameters in the Random Beacon
 * Model" (2017), as snarkjs has it. Besides what snarkjs checks: all points are on their curve and of order r, no
 * contribution leaves delta as it was, and none follows a beacon.
 *
 * @returns delta1 after the last contribution, Montgomery; the generator if there is none
 * @throws VerimeshError CEREMONY_CONTRIBUTION_INVALID, naming the contribution
 */
export async function checkChain(curve: Bn128, { circuitHash, contributions }: Chain): Promise<Uint8Array> {
  const { G1, G2 } = curve;
  const before = createHash("blake2b512").update(circuitHash);
  let delta = G1.gAffine;
  let closed = false;
  for (const contribution of contributions) {
    const { points, transcript } = contribution;
    if (closed) refuse(contribution, "follows a beacon, which ends a ceremony");
    for (const point of [points.deltaAfter, points.s, points.sx]) {
      if (G1.isZero(point) || !G1.isValid(point)) refuse(contribution, "has a point that is not on its curve");
    }
    if (
      G2.isZero(points.spx) ||
      !G2.isValid(points.spx) ||
      !G2.isZero(G2.timesScalar(points.spx, BN254_SCALAR_ORDER))
    ) {
      refuse(contribution, "has a point that is not of its group");
    }
    const publicKey = publicKeyOf(points);
    const expected = before.copy().update(publicKey.subarray(64, 192)).digest();
    if (!expected.equals(transcript)) {
      refuse(contribution, "was not made on top of the contributions before it, or for another circuit");
    }
    const sp = curve.G2.fromRng(chaCha(transcript));
    if (!(await sameRatio(curve, points.s, points.sx, sp, points.spx))) {
      refuse(contribution, "does not prove that its maker knew a factor");
    }
    if (!(await sameRatio(curve, delta, points.deltaAfter, sp, points.spx))) {
      refuse(contribution, "has another delta than the one before times its factor");
    }
    if (G1.eq(delta, points.deltaAfter)) refuse(contribution, "leaves the key as it was: its factor is 1");
    if (contribution.beacon !== undefined) {
      checkBeacon(curve, contribution, contribution.beacon);
      closed = true;
    }
    before.update(publicKey).update(transcript);
    delta = points.deltaAfter;
  }
  return delta;
}

/** Whether b = x·a and d = x·c for one x; a and b in G1, c and d in G2, none zero. */
export async function sameRatio(
  curve: Bn128,
  a: Uint8Array,
  b: Uint8Array,
  c: Uint8Array,
  d: Uint8Array,
): Promise<boolean> {
  const { G1, G2 } = curve;
  if ([a, b].some((point) => G1.isZero(point)) || [c, d].some((point) => G2.isZero(point))) return false;
  return curve.pairingEq(a, d, G1.neg(b), c);
}

/** A beacon's factor is drawn from its public value: anyone can draw it again. */
function checkBeacon(curve: Bn128, contribution: Contribution, beacon: Beacon): void {
  const random = chaCha(hashedBeacon(beacon));
  const factor = curve.Fr.fromRng(random);
  const s = curve.G1.fromRng(random);
  const { points } = contribution;
  if (curve.G1.eq(s, points.s) && curve.G1.eq(curve.G1.timesFr(s, factor), points.sx)) return;
  refuse(contribution, `was not drawn from the value ${beacon.value}: the beacon was not applied`);
}

/** The value hashed 2^iterations times: what a beacon's factor is drawn from. */
export function hashedBeacon({ value, iterations }: Beacon): Uint8Array {
  let hash: Uint8Array = Buffer.from(value, "hex");
  for (let i = 0; i < 2 ** iterations; i++) hash = createHash("sha256").update(hash).digest();
  return hash;
}

/** snarkjs' generator: ChaCha seeded with the first 32 bytes, big-endian words. */
export function chaCha(seed: Uint8Array): ChaCha {
  const view = viewOf(seed);
  return new ChaCha(Array.from({ length: 8 }, (_, i) => view.getUint32(4 * i, false)));
}

function refuse(contribution: Contribution, what: string): never {
  throw new VerimeshError(`The ${titleOf(contribution)} ${what}.`, {
    code: "CEREMONY_CONTRIBUTION_INVALID",
    details: "Go back to the last file that verifies, and let the ceremony go on from there.",
  });
}
