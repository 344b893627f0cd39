import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { VerimeshError } from "@verimesh/core";

/**
 * Which versions this machine has run, and how long it took with the proof, by manifest CID. An author can publish a
 * proving key that proves nothing: so a version is rehearsed when it is listed. A key can also be made to fail for chosen
 * inputs only: a job of it is declined, and no further one is begun as long as this process lives.
 */
export class Rehearsals {
  readonly #directory: string;
  readonly #known = new Map<string, number>();
  readonly #rejected = new Map<string, string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Takes no further job of a version whose key failed here, as long as this process lives. */
  reject(manifestCid: string, why: string): void {
    this.#rejected.set(manifestCid, why);
  }

  /** @throws VerimeshError MODEL_UNPROVABLE if the version failed here before */
  check(manifestCid: string): void {
    const why = this.#rejected.get(manifestCid);
    if (why === undefined) return;
    throw new VerimeshError("This version's key gave no valid proof before.", {
      code: "MODEL_UNPROVABLE",
      details: why,
    });
  }

  /** Seconds that executing and proving took the last time; undefined if this machine never did. */
  async secondsOf(manifestCid: string): Promise<number | undefined> {
    const known = this.#known.get(manifestCid);
    if (known !== undefined) return known;
    const text = await readFile(this.#path(manifestCid), "utf8").catch(() => "");
    const seconds = Number(text.trim() || Number.NaN);
    if (!Number.isFinite(seconds) || seconds < 0) return undefined;
    this.#known.set(manifestCid, seconds);
    return seconds;
  }

  async record(manifestCid: string, seconds: number): Promise<void> {
    const isNew = !this.#known.has(manifestCid);
    this.#known.set(manifestCid, seconds);
    if (!isNew) return;
    await mkdir(this.#directory, { recursive: true });
    const path = this.#path(manifestCid);
    await writeFile(`${path}.${process.pid}`, `${seconds.toFixed(3)}\n`);
    await rename(`${path}.${process.pid}`, path);
  }

  #path(manifestCid: string): string {
    return join(this.#directory, createHash("sha256").update(manifestCid).digest("hex"));
  }
}
