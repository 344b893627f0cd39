import { createHash } from "node:crypto";
import { BN254_BASE_ORDER, VerimeshError } from "@verimesh/core";
import { FIELD_BYTES, readFieldElement } from "../binary/fieldElements.ts";
import { G1_BYTES, G2_BYTES, readG1, readG2, viewOf } from "../binary/points.ts";
import {
  type Beacon,
  type Chain,
  type Contribution,
  hexOf,
  MAX_BEACON_ITERATIONS,
  MAX_CONTRIBUTIONS,
  MAX_NAME_LENGTH,
  MIN_BEACON_ITERATIONS,
} from "./Chain.ts";

const HASH_BYTES = 64;
const PERSON = 0;
const BEACON = 1;

/**
 * Reads the contributions section (10) of a .zkey, which may come from anyone. What the points prove is for `checkChain`.
 *
 * @throws VerimeshError CEREMONY_FILE_INVALID: truncated, trailing bytes, unknown parameters, a name that is not
 *   printable, a beacon without its value or with more than 2^24 iterations
 */
export function readChain(section: Uint8Array): Chain {
  const reader = new Reader(section);
  const circuitHash = reader.take(HASH_BYTES, "the circuit hash");
  const count = reader.uint32("the number of contributions");
  if (count > MAX_CONTRIBUTIONS) fail(`it counts ${count} contributions; expected at most ${MAX_CONTRIBUTIONS}`);
  const contributions = Array.from({ length: count }, (_, i) => readContribution(reader, i + 1));
  if (reader.left > 0) fail(`${reader.left} bytes follow its last contribution`);
  return { circuitHash, contributions };
}

function readContribution(reader: Reader, index: number): Contribution {
  const where = `contribution ${index}`;
  const points = {
    deltaAfter: reader.take(G1_BYTES, where),
    s: reader.take(G1_BYTES, where),
    sx: reader.take(G1_BYTES, where),
    spx: reader.take(G2_BYTES, where),
  };
  for (const point of Object.values(points)) {
    if (!isReduced(point)) fail(`${where} has a coordinate that is not below the field's order`);
  }
  const transcript = reader.take(HASH_BYTES, where);
  const type = reader.uint32(where);
  if (type !== PERSON && type !== BEACON) fail(`${where} is of type ${type}; expected 0 or 1`);
  const parameters = readParameters(new Reader(reader.take(reader.uint32(where), where)), where);
  if ((type === BEACON) !== (parameters.beacon !== undefined)) {
    fail(`${where} is ${type === BEACON ? "a beacon without its value" : "a person's and has a beacon's value"}`);
  }
  const hash = createHash("blake2b512").update(publicKeyOf(points)).update(transcript).digest("hex");
  return { index, kind: type === BEACON ? "beacon" : "person", ...parameters, hash, points, transcript };
}

/** Each parameter at most once, in this order: name, iterations, value. */
function readParameters(reader: Reader, where: string): { name: string; beacon?: Beacon } {
  let [name, iterations, value]: [string, number | undefined, string | undefined] = ["", undefined, undefined];
  for (let last = 0; reader.left > 0;) {
    const kind = reader.byte(where);
    if (kind <= last || kind > 3) fail(`${where} has a parameter ${kind} after ${last}`);
    last = kind;
    if (kind === 1) name = readName(reader.take(reader.byte(where), where), where);
    else if (kind === 2) iterations = reader.byte(where);
    else value = hexOf(reader.take(reader.byte(where), where));
  }
  if (iterations === undefined && value === undefined) return { name };
  if (iterations === undefined || value === undefined || value === "") fail(`${where} has half of a beacon`);
  if (iterations < MIN_BEACON_ITERATIONS || iterations > MAX_BEACON_ITERATIONS) {
    fail(`${where} has a beacon of 2^${iterations} iterations; expected 2^10 to 2^${MAX_BEACON_ITERATIONS}`);
  }
  return { name, beacon: { value, iterations } };
}

function readName(bytes: Uint8Array, where: string): string {
  try {
    const name = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (isPrintableName(name)) return name;
  } catch {
    // Not UTF-8.
  }
  return fail(`${where} has a name that is not printable`);
}

/** Whether a name can be shown and attested: no control, format or separator character but single inner spaces. */
export function isPrintableName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && !/[\p{C}\p{Zl}\p{Zp}]|[^\S ]| {2}|^ | $/u.test(name);
}

/** The points as snarkjs hashes them: affine, big-endian, in G2 the imaginary part first. */
export function publicKeyOf(points: Contribution["points"]): Buffer {
  const g1 = [points.deltaAfter, points.s, points.sx].flatMap((point) => readG1(viewOf(point), 0));
  const [x, y] = readG2(viewOf(points.spx), 0);
  const coordinates = [...g1, x[1], x[0], y[1], y[0]];
  return Buffer.from(coordinates.map((value) => value.toString(16).padStart(64, "0")).join(""), "hex");
}

/** Whether each coordinate is below q: two encodings of one point would be two files of one ceremony. */
export function isReduced(point: Uint8Array): boolean {
  const view = viewOf(point);
  for (let at = 0; at < point.length; at += FIELD_BYTES) {
    if (readFieldElement(view, at) >= BN254_BASE_ORDER) return false;
  }
  return true;
}

/** Reads one part after the other and says which part is missing. */
class Reader {
  private readonly bytes: Uint8Array;
  private position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get left(): number {
    return this.bytes.length - this.position;
  }

  take(length: number, what: string): Uint8Array {
    if (length > this.left) fail(`it ends within ${what}`);
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }

  uint32(what: string): number {
    return viewOf(this.take(4, what)).getUint32(0, true);
  }

  byte(what: string): number {
    return this.take(1, what)[0]!;
  }
}

function fail(what: string): never {
  throw new VerimeshError(`The contributions in this key cannot be read: ${what}.`, {
    code: "CEREMONY_FILE_INVALID",
    details: "The file was changed or damaged on its way: ask its sender for it again and compare its sha256.",
  });
}
