import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { BN254_BASE_ORDER, VerimeshError } from "@verimesh/core";
import { readFieldElement } from "../binary/fieldElements.ts";
import { viewOf } from "../binary/points.ts";
import type { R1cs } from "../r1cs/readR1cs.ts";
import { publicSignalCount } from "../r1cs/readR1cs.ts";
import { PUBLIC_PHASE1_FILES } from "./publicPhase1Files.ts";

/** A .ptau file: powers of a secret that a first ceremony made, for circuits of any kind up to a size. */
export interface Phase1 {
  /** blake2b-512 of the file, lower-case hex. */
  readonly blake2b: string;
  /** It serves circuits below 2^power rows, public signals included. */
  readonly power: number;
  /** Its name, if it is one of the public files that are known by their hash. */
  readonly publicName: string | undefined;
  /** Contributions of people, not of beacons. */
  readonly people: number;
}

/** Sections of a file that is prepared for phase 2: header, powers, contributions, Lagrange points. */
const SECTIONS = [1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15];
const HEADER_BYTES = 44;
const MAX_CONTRIBUTIONS_BYTES = 2 ** 24;
/** Of a contribution in section 7: points, hashes and type; then its parameters. */
const CONTRIBUTION_BYTES = 1500;

/**
 * Reads what a .ptau file says of itself, and its hash. Whether its powers are powers is for `checkPhase1`.
 *
 * @throws VerimeshError CEREMONY_PHASE1_INVALID: another kind of file, truncated, not over BN254, not prepared for phase
 *   2, or without a person's contribution: then everybody knows its secret
 */
export async function readPhase1(path: string, signal?: AbortSignal): Promise<Phase1> {
  const file = await open(path).catch((cause: unknown) => fail(path, `it cannot be opened: ${String(cause)}`));
  try {
    const sections = await scanSections(file, path);
    const at = (id: number) =>
      sections.get(id) ?? fail(path, `it has no section ${id}: it is not prepared for phase 2`);
    for (const id of SECTIONS) at(id);
    if (at(1).length !== HEADER_BYTES || at(7).length > MAX_CONTRIBUTIONS_BYTES) fail(path, "it is damaged");
    const header = viewOf(await read(file, at(1).position, HEADER_BYTES));
    if (readFieldElement(header, 4) !== BN254_BASE_ORDER) fail(path, "it is not over BN254");
    const power = header.getUint32(36, true);
    const contributions = await read(file, at(7).position, at(7).length);
    const people = countPeople(contributions, path);
    if (people === 0) fail(path, "nobody contributed to it, so everybody knows its secret");
    const blake2b = await hashFile(path, "blake2b512", signal);
    return { blake2b, power, publicName: PUBLIC_PHASE1_FILES.get(blake2b), people };
  } finally {
    await file.close();
  }
}

/** @throws VerimeshError CEREMONY_PHASE1_TOO_SMALL */
export function requireLargeEnough(phase1: Pick<Phase1, "power">, r1cs: R1cs): void {
  const rows = r1cs.constraints + publicSignalCount(r1cs) + 1;
  if (rows <= 2 ** phase1.power) return;
  throw new VerimeshError(`The phase-1 file is too small: it serves ${2 ** phase1.power} rows.`, {
    code: "CEREMONY_PHASE1_TOO_SMALL",
    details: `The circuit has ${rows}: take a file of power ${Math.ceil(Math.log2(rows))} or more.`,
  });
}

export async function hashFile(path: string, algorithm: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20, signal })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Where the sections of a .ptau file lie. @throws VerimeshError CEREMONY_PHASE1_INVALID */
export async function scanSections(
  file: FileHandle,
  path: string,
): Promise<ReadonlyMap<number, { readonly position: number; readonly length: number }>> {
  const { size } = await file.stat();
  const start = viewOf(await read(file, 0, Math.min(12, size)));
  if (size < 12 || start.getUint32(0, false) !== 0x70746175 || start.getUint32(4, true) !== 1) {
    fail(path, "it is not a .ptau file");
  }
  const sections = new Map<number, { position: number; length: number }>();
  let position = 12;
  for (let left = Math.min(start.getUint32(8, true), 64); left > 0; left--) {
    if (position + 12 > size) fail(path, "it ends within a section header");
    const header = viewOf(await read(file, position, 12));
    const [id, length] = [header.getUint32(0, true), Number(header.getBigUint64(4, true))];
    position += 12;
    if (length > size - position) fail(path, `section ${id} ends beyond the file`);
    if (sections.has(id)) fail(path, `section ${id} is there twice`);
    sections.set(id, { position, length });
    position += length;
  }
  if (position !== size) fail(path, `${size - position} bytes follow its last section`);
  return sections;
}

function countPeople(section: Uint8Array, path: string): number {
  const view = viewOf(section);
  let people = 0;
  let position = 4;
  for (let left = view.getUint32(0, true); left > 0; left--) {
    if (position + CONTRIBUTION_BYTES + 4 > section.length) fail(path, "its contributions are cut off");
    if (view.getUint32(position + CONTRIBUTION_BYTES - 4, true) === 0) people++;
    position += CONTRIBUTION_BYTES + 4 + view.getUint32(position + CONTRIBUTION_BYTES, true);
  }
  if (position !== section.length) fail(path, "its contributions are damaged");
  return people;
}

/** As many bytes as there are. */
export async function read(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}

function fail(path: string, what: string): never {
  throw new VerimeshError(`${path} cannot be used as phase 1: ${what}.`, {
    code: "CEREMONY_PHASE1_INVALID",
    details: "Take a public file that is prepared for phase 2 (…_final_NN.ptau), and compare its blake2b hash.",
    docsPath: "ceremony.md",
  });
}
