import { createHash, randomBytes } from "node:crypto";
import { BN254_SCALAR_ORDER as R } from "@verimesh/core";
import { type Bn128, ChaCha } from "ffjavascript";
import { writeSections } from "../../src/binary/sections.ts";
import { readSections } from "../../src/binary/sections.ts";
import { publicKeyOf, readChain } from "../../src/ceremony/readChain.ts";

/** Bytes of a contribution in section 10 before its parameters: 3 G1, 1 G2, transcript, type, length. */
export const CONTRIBUTION = { deltaAfter: 0, s: 64, sx: 128, spx: 192, transcript: 320, type: 384, length: 388 };
const FIXED_BYTES = 392;
const START = 68;

/** The key with some sections replaced. */
export function withSections(key: Uint8Array, replaced: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const { version, sections } = readSections(key, "zkey", "TEST");
  return writeSections(
    "zkey",
    version,
    [...sections].map(([id, bytes]) => [id, [replaced.get(id) ?? bytes]] as const),
  );
}

export function sectionOf(key: Uint8Array, id: number): Uint8Array {
  return readSections(key, "zkey", "TEST").sections.get(id)!.slice();
}

/** The key with a byte of a section changed. */
export function withByte(key: Uint8Array, id: number, at: number, change = (byte: number) => byte ^ 1): Uint8Array {
  const section = sectionOf(key, id);
  section[at] = change(section[at]!);
  return withSections(key, new Map([[id, section]]));
}

/** The contributions of a key, each as its bytes. */
export function contributionsOf(key: Uint8Array): Uint8Array[] {
  const section = sectionOf(key, 10);
  const view = new DataView(section.buffer);
  const list: Uint8Array[] = [];
  for (let at = START, left = view.getUint32(64, true); left > 0; left--) {
    const end = at + FIXED_BYTES + view.getUint32(at + CONTRIBUTION.length, true);
    list.push(section.slice(at, end));
    at = end;
  }
  return list;
}

/** The key with other contributions, its points left as they are. */
export function withContributions(key: Uint8Array, list: readonly Uint8Array[]): Uint8Array {
  const section = new Uint8Array(START + list.reduce((sum, each) => sum + each.length, 0));
  section.set(sectionOf(key, 10).subarray(0, 64));
  new DataView(section.buffer).setUint32(64, list.length, true);
  list.reduce((at, each) => (section.set(each, at), at + each.length), START);
  return withSections(key, new Map([[10, section]]));
}

/** A contribution with other parameters: `[1, length, …name]`, `[2, iterations]`, `[3, length, …value]`, joined. */
export function withParameters(contribution: Uint8Array, parameters: readonly number[], type: number): Uint8Array {
  const changed = new Uint8Array(FIXED_BYTES + parameters.length);
  changed.set(contribution.subarray(0, FIXED_BYTES));
  changed.set(parameters, FIXED_BYTES);
  const view = new DataView(changed.buffer);
  view.setUint32(CONTRIBUTION.type, type, true);
  view.setUint32(CONTRIBUTION.length, parameters.length, true);
  return changed;
}

/** The key with a contribution on top whose factor is 1: all that snarkjs checks of it holds. */
export function withIdleContribution(curve: Bn128, key: Uint8Array): Uint8Array {
  const section = sectionOf(key, 10);
  const { circuitHash, contributions } = readChain(section);
  const hash = createHash("blake2b512").update(circuitHash);
  for (const { points, transcript } of contributions) hash.update(publicKeyOf(points)).update(transcript);
  const { G1, G2 } = curve;
  const s = G1.toAffine(G1.timesScalar(G1.g, 12345n));
  const deltaAfter = contributions.at(-1)?.points.deltaAfter ?? G1.gAffine;
  const points = { deltaAfter, s, sx: s, spx: G2.gAffine };
  const transcript = hash.update(publicKeyOf(points).subarray(64, 192)).digest();
  const seed = Array.from({ length: 8 }, (_, i) => transcript.readUInt32BE(4 * i));
  const spx = G2.toAffine(G2.fromRng(new ChaCha(seed)));
  const idle = new Uint8Array(FIXED_BYTES);
  idle.set(Buffer.concat([deltaAfter, s, s, spx, transcript]));
  return withContributions(key, [...contributionsOf(key), idle]);
}

/** A point of the twist that is not of order r: its first coordinate is drawn until there is a second. */
export function pointOutsideG2(curve: Bn128): Uint8Array {
  const { F, b } = curve.G2 as unknown as { F: TwistField; b: Uint8Array };
  for (;;) {
    const random = [0, 1].map(() => BigInt(`0x${randomBytes(31).toString("hex")}`));
    const x = F.fromObject(random);
    const square = F.add(F.mul(F.square(x), x), b);
    if (!F.isSquare(square)) continue;
    const point = Uint8Array.of(...x, ...F.sqrt(square));
    if (curve.G2.isValid(point) && !curve.G2.isZero(curve.G2.timesScalar(point, R))) return point;
  }
}

interface TwistField {
  fromObject(value: readonly bigint[]): Uint8Array;
  add(a: Uint8Array, b: Uint8Array): Uint8Array;
  mul(a: Uint8Array, b: Uint8Array): Uint8Array;
  square(a: Uint8Array): Uint8Array;
  isSquare(a: Uint8Array): boolean;
  sqrt(a: Uint8Array): Uint8Array;
}
