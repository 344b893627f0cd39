import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Named byte strings that were derived together. */
export type CachedFiles<Name extends string> = Readonly<Record<Name, Uint8Array>>;

/** `${XDG_CACHE_HOME:-~/.cache}/verimesh`: everything in it can be derived again. */
export function cacheDirectory(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "verimesh");
}

/**
 * Derived files under a key that says all that they depend on. An entry is a folder that appears at once, by a rename;
 * its index holds the sha256 of each file, so that a damaged entry is seen, removed and derived again.
 */
export class ContentCache {
  private readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  /**
   * The entry's files; derived and stored if one is missing or damaged. If another process stored the entry meanwhile,
   * its files are returned, so that all agree.
   *
   * @param names of the files that `derive` gives
   */
  async getOrDerive<Name extends string>(
    keyParts: readonly (string | Uint8Array)[],
    names: readonly Name[],
    derive: () => Promise<CachedFiles<Name>>,
  ): Promise<CachedFiles<Name>> {
    const path = join(this.directory, hashOf(keyParts));
    const cached = await read(path, names);
    if (cached !== null) return cached;
    const files = await derive();
    if (await this.store(path, files)) return files;
    const winner = await read(path, names);
    if (winner !== null) return winner;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
    await this.store(path, files);
    return files;
  }

  /** Whether the entry is now there by this call; not if there was one, or if the disk is full or read-only. */
  private async store(path: string, files: CachedFiles<string>): Promise<boolean> {
    const temporary = join(this.directory, `.${randomUUID()}`);
    try {
      await mkdir(temporary, { recursive: true });
      const index: Record<string, string> = {};
      for (const [name, bytes] of Object.entries(files)) {
        await writeFile(join(temporary, name), bytes);
        index[name] = hashOf([bytes]);
      }
      await writeFile(join(temporary, "index.json"), JSON.stringify(index));
      // Fails if the folder exists and is not empty.
      await rename(temporary, path);
      return true;
    } catch {
      await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
      return false;
    }
  }
}

/** sha256 over the parts, each preceded by its length. */
export function hashOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest("hex");
}

async function read<Name extends string>(path: string, names: readonly Name[]): Promise<CachedFiles<Name> | null> {
  try {
    const index = JSON.parse(await readFile(join(path, "index.json"), "utf8")) as Record<string, string>;
    const files: Partial<Record<Name, Uint8Array>> = {};
    for (const name of names) {
      const bytes = new Uint8Array(await readFile(join(path, name)));
      if (hashOf([bytes]) !== index[name]) return null;
      files[name] = bytes;
    }
    return files as CachedFiles<Name>;
  } catch {
    return null;
  }
}
