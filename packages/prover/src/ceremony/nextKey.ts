import { createHash } from "node:crypto";
import { VerimeshError } from "@verimesh/core";
import type { Bn128 } from "ffjavascript";
import { viewOf } from "../binary/points.ts";
import { writeSections } from "../binary/sections.ts";
import { readProvingKey } from "../prove/readProvingKey.ts";
import { type Beacon, MAX_NAME_LENGTH } from "./Chain.ts";
import { chaCha } from "./checkChain.ts";
import { isInG1, isInG2 } from "./groups.ts";
import { publicKeyOf, readChain } from "./readChain.ts";

export interface NextKey {
  readonly key: Uint8Array;
  /** Of the new contribution: blake2b-512 of its public key. */
  readonly hash: Uint8Array;
}

export interface NextContribution {
  /** 32 bytes at least, of which the first 32 make the factor; overwritten. Secret unless there is a beacon. */
  readonly seed: Uint8Array;
  readonly name: string;
  readonly beacon?: Beacon | undefined;
}

/** Each point of G1 of a section times a secret factor, 32 little-endian bytes; the section's id tells progress. */
export type ScaleSection = (points: Uint8Array, factor: Uint8Array, section: number) => Promise<Uint8Array>;

/**
 * The key with one more contribution: delta times a factor, L and H times its inverse, and the proof that its maker knew
 * it, as snarkjs' `zkey contribute` and `zkey beacon` write it, to the byte.
 *
 * The factor is in this thread's memory and in the addon's; both are overwritten here, but copies that ffjavascript makes
 * are not. Let the process end.
 *
 * @throws VerimeshError CEREMONY_KEY_INVALID: delta is not of its group; what `scale` throws
 */
export async function nextKey(
  curve: Bn128,
  previous: Uint8Array,
  { seed, name, beacon }: NextContribution,
  scale: ScaleSection,
): Promise<NextKey> {
  const { Fr, G1, G2 } = curve;
  const { header: view, section } = readProvingKey(previous);
  const header = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
  const [delta1, delta2] = [header.slice(468, 532), header.slice(532, 660)];
  // Points of small order would tell the factor's remainder to whoever sent them.
  if (!isInG1(curve, delta1) || !isInG2(curve, delta2)) {
    throw new VerimeshError("This key's delta is not of its group.", {
      code: "CEREMONY_KEY_INVALID",
      docsPath: "ceremony.md",
    });
  }
  const random = chaCha(seed);
  const factor = Fr.fromRng(random);
  const s = G1.toAffine(G1.fromRng(random));
  const sx = G1.toAffine(G1.timesFr(s, factor));
  const transcript = transcriptOf(section(10), s, sx);
  const spx = G2.toAffine(G2.timesFr(G2.fromRng(chaCha(transcript)), factor));
  const deltaAfter = G1.toAffine(G1.timesFr(delta1, factor));
  header.set(deltaAfter, 468);
  header.set(G2.toAffine(G2.timesFr(delta2, factor)), 532);
  const inverse = Fr.inv(factor);
  const plainInverse = new Uint8Array(32);
  writeInteger(plainInverse, Fr.toObject(inverse));
  try {
    const [l, h] = [await scale(section(8), plainInverse, 8), await scale(section(9), plainInverse, 9)];
    const points = { deltaAfter, s, sx, spx };
    const contributions = [section(10).slice(), ...contributionParts(points, transcript, name, beacon)];
    const count = viewOf(contributions[0]!);
    count.setUint32(64, count.getUint32(64, true) + 1, true);
    const key = writeSections("zkey", 1, [
      ...([1, 2, 3, 4, 5, 6, 7] as const).map((id) => [id, [id === 2 ? header : section(id)]] as const),
      [8, [l]],
      [9, [h]],
      [10, contributions],
    ]);
    return { key, hash: createHash("blake2b512").update(publicKeyOf(points)).update(transcript).digest() };
  } finally {
    for (const secret of [seed, factor, inverse, plainInverse]) secret.fill(0);
  }
}

/** What the point s' is drawn from: all that went before, and s and s·x. */
function transcriptOf(section: Uint8Array, s: Uint8Array, sx: Uint8Array): Uint8Array {
  const { circuitHash, contributions } = readChain(section);
  const hash = createHash("blake2b512").update(circuitHash);
  for (const { points, transcript } of contributions) hash.update(publicKeyOf(points)).update(transcript);
  const publicKey = publicKeyOf({ deltaAfter: s, s, sx, spx: new Uint8Array(128) });
  return hash.update(publicKey.subarray(64, 192)).digest();
}

function contributionParts(
  { deltaAfter, s, sx, spx }: Parameters<typeof publicKeyOf>[0],
  transcript: Uint8Array,
  name: string,
  beacon: Beacon | undefined,
): Uint8Array[] {
  const nameBytes = new TextEncoder().encode(name.slice(0, MAX_NAME_LENGTH));
  const parameters = nameBytes.length === 0 ? [] : [1, nameBytes.length, ...nameBytes];
  if (beacon !== undefined) {
    const value = Buffer.from(beacon.value, "hex");
    parameters.push(2, beacon.iterations, 3, value.length, ...value);
  }
  const words = new Uint8Array(8);
  viewOf(words).setUint32(0, beacon === undefined ? 0 : 1, true);
  viewOf(words).setUint32(4, parameters.length, true);
  return [deltaAfter, s, sx, spx, transcript, words, Uint8Array.from(parameters)];
}

function writeInteger(bytes: Uint8Array, value: bigint): void {
  for (let i = 0, rest = value; i < bytes.length; i++, rest >>= 8n) bytes[i] = Number(rest & 255n);
}
