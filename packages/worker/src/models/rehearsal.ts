import { createHash } from "node:crypto";
import { access, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { VerimeshError } from "@verimesh/core";

/**
 * Which versions this machine has proved with, and how long it took, by manifest CID. An author can publish a proving
 * key that proves nothing and collect the bonds of those who claim its jobs; so the first job of a version is proved
 * before it is claimed, and only then is a bond put at stake on it. A key can also be made to fail for chosen inputs only:
 * a version that failed once has every job proved before it is claimed, for ever.
 */
export class Rehearsals {
  readonly #directory: string;
  readonly #known = new Map<string, number>();
  readonly #rejected = new Map<string, string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Takes no further job of a version whose key failed here, as long as this process lives. */
  async reject(manifestCid: string, why: string): Promise<void> {
    this.#rejected.set(manifestCid, why);
    await this.#write(`${this.#path(manifestCid)}.failed`, why);
  }

  /** Whether a bond may be put at stake on the version before there is a proof: it proved here and never failed. */
  async isTrusted(manifestCid: string): Promise<boolean> {
    if ((await this.secondsOf(manifestCid)) === undefined) return false;
    return access(`${this.#path(manifestCid)}.failed`).then(
      () => false,
      () => true,
    );
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
    await this.#write(this.#path(manifestCid), seconds.toFixed(3));
  }

  async #write(path: string, text: string): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    await writeFile(`${path}.${process.pid}`, `${text}\n`);
    await rename(`${path}.${process.pid}`, path);
  }

  #path(manifestCid: string): string {
    return join(this.#directory, createHash("sha256").update(manifestCid).digest("hex"));
  }
}
