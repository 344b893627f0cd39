import { type FileHandle, open } from "node:fs/promises";
import { VerimeshError } from "@verimesh/core";
import { G1_BYTES, G2_BYTES, viewOf } from "../binary/points.ts";
import { readSections } from "../binary/sections.ts";
import { read, scanSections } from "./phase1.ts";

/** Sections of a .ptau file. */
export const POWERS = { tau1: 2, tau2: 3, alpha1: 4, beta1: 5, beta2: 6 } as const;
export const LAGRANGE = { tau1: 12, tau2: 13, alphaTau1: 14, betaTau1: 15 } as const;

/** A .ptau file of which parts are read: the whole may not fit into memory. */
export class Phase1File {
  readonly power: number;
  private readonly source: FileHandle | Uint8Array;
  private readonly sections: ReadonlyMap<number, { readonly position: number; readonly length: number }>;

  private constructor(source: Phase1File["source"], sections: Phase1File["sections"], power: number) {
    this.source = source;
    this.sections = sections;
    this.power = power;
  }

  /** @param ptau path or bytes. @throws VerimeshError CEREMONY_PHASE1_INVALID */
  static async open(ptau: string | Uint8Array): Promise<Phase1File> {
    if (typeof ptau !== "string") return Phase1File.of(ptau, placesIn(ptau));
    const file = await open(ptau).catch((cause: unknown) => invalid(`it cannot be opened: ${String(cause)}`));
    try {
      return await Phase1File.of(file, await scanSections(file, ptau));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private static async of(source: Phase1File["source"], sections: Phase1File["sections"]): Promise<Phase1File> {
    const headless = new Phase1File(source, sections, 0);
    const header = await headless.read(headless.place(1).position + 36, 4);
    return new Phase1File(source, sections, viewOf(header).getUint32(0, true));
  }

  /** L_i(tau), or its multiple, for the domain of 2^power. */
  lagrange(name: keyof typeof LAGRANGE, power: number): Promise<Uint8Array> {
    return this.points(LAGRANGE[name], 2 ** power - 1, 2 ** power, name === "tau2" ? G2_BYTES : G1_BYTES);
  }

  /** Points of G1 or G2 from a section, which must have them. */
  async points(section: number, start: number, count: number, bytes = G1_BYTES): Promise<Uint8Array> {
    const { position, length } = this.place(section);
    if ((start + count) * bytes > length) invalid(`its section ${section} is too short for this circuit`);
    return this.read(position + start * bytes, count * bytes);
  }

  /** A point of G1 that lies where a section's would be if it had that many. */
  pointAt(section: number, index: number): Promise<Uint8Array> {
    return this.read(this.place(section).position + index * G1_BYTES, G1_BYTES);
  }

  async close(): Promise<void> {
    if (!(this.source instanceof Uint8Array)) await this.source.close();
  }

  private place(section: number): { readonly position: number; readonly length: number } {
    return this.sections.get(section) ?? invalid(`it has no section ${section}: it is not prepared for phase 2`);
  }

  private async read(position: number, length: number): Promise<Uint8Array> {
    const { source } = this;
    const bytes =
      source instanceof Uint8Array ? source.slice(position, position + length) : await read(source, position, length);
    if (bytes.length !== length) invalid("it is cut off");
    return bytes;
  }
}

function placesIn(file: Uint8Array): Phase1File["sections"] {
  const { sections } = readSections(file, "ptau", "CEREMONY_PHASE1_INVALID");
  return new Map(
    [...sections].map(([id, bytes]) => [id, { position: bytes.byteOffset - file.byteOffset, length: bytes.length }]),
  );
}

function invalid(what: string): never {
  throw new VerimeshError(`This phase-1 file cannot be used: ${what}.`, {
    code: "CEREMONY_PHASE1_INVALID",
    details: "Take a public file that is prepared for phase 2 (…_final_NN.ptau), and compare its blake2b hash.",
    docsPath: "ceremony.md",
  });
}
