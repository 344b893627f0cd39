import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type KeptInput, keptInputFromText, keptInputToText, type SaltStore } from "@verimesh/sdk";
import { numberToHex } from "viem";
import { dataDirectory } from "../settings/Settings.ts";

/**
 * Keeps what opens hidden answers, a file for each, unencrypted and for its owner's eyes only: several commands may write at
 * once, and one that is killed leaves a whole file or none.
 */
export class FileSaltStore implements SaltStore {
  readonly directory: string;

  constructor(directory: string = join(dataDirectory(), "salts")) {
    this.directory = directory;
  }

  /** Resolves once it is on the disk. Throws what the file system throws. */
  async put(commitment: bigint, kept: KeptInput): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const temporary = join(this.directory, `${randomUUID()}.new`);
    try {
      const file = await open(temporary, "wx", 0o600);
      try {
        await file.writeFile(`${keptInputToText(kept)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.pathOf(commitment));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** @throws VerimeshError SALT_UNREADABLE */
  async get(commitment: bigint): Promise<KeptInput | undefined> {
    try {
      return keptInputFromText(await readFile(this.pathOf(commitment), "utf8"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Of the file of a commitment. */
  pathOf(commitment: bigint): string {
    return join(this.directory, `${numberToHex(commitment, { size: 32 })}.json`);
  }
}
