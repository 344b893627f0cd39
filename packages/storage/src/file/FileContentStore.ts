import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { VerimeshError } from "@verimesh/core";
import type { CID } from "multiformats/cid";
import { type BlockOptions } from "../blocks/BlockStore.ts";
import { assertSupportedCid, matchesCid, notFound, verifyBlock } from "../blocks/verifyBlock.ts";
import { DagContentStore } from "../DagContentStore.ts";

/** A temporary file this old was left by a process that died. */
const STALE_TEMPORARY_MS = 60 * 60 * 1000;

/** A block may be of an input that a model hides from the chain: nobody but the owner of the process reads it. */
const OWNER_ONLY = { file: 0o600, directory: 0o700 };

/**
 * Blocks as files: `<directory>/blocks/<last two characters>/<cid>`. A block is written to `<directory>/tmp`, synced and
 * renamed, so a crash leaves no partial block under a CID, and processes of one user may share a directory: files and folders
 * are made for their owner's eyes only, whatever the umask. Every read is checked against the CID.
 */
export class FileContentStore extends DagContentStore {
  readonly directory: string;
  #opened: Promise<void> | undefined;

  /** @param directory made when first written to */
  constructor(directory: string) {
    super();
    this.directory = resolve(directory);
  }

  override async getBlock(cid: CID, options: BlockOptions = {}): Promise<Uint8Array> {
    const path = this.#pathOf(cid);
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(await readFile(path, { signal: options.signal }));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") throw notFound(cid, this.directory);
      throw error;
    }
    if (await matchesCid(cid, bytes)) return bytes;
    throw new VerimeshError(`The stored block ${cid.toString()} is damaged.`, {
      code: "CONTENT_CORRUPT",
      details: `${path} no longer matches its CID: remove the file and fetch or publish the content again.`,
    });
  }

  override async putBlock(cid: CID, bytes: Uint8Array, options: BlockOptions = {}): Promise<void> {
    await verifyBlock(cid, bytes, "the caller");
    if (await this.#isIntact(cid)) return;
    await this.#open();
    options.signal?.throwIfAborted();
    const path = this.#pathOf(cid);
    const temporary = join(this.directory, "tmp", `${process.pid}-${randomBytes(8).toString("hex")}`);
    try {
      const file = await open(temporary, "wx", OWNER_ONLY.file);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await mkdir(dirname(path), { recursive: true, mode: OWNER_ONLY.directory });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw storeFailed(this.directory, error);
    }
  }

  override async hasBlock(cid: CID): Promise<boolean> {
    return stat(this.#pathOf(cid)).then(
      (entry) => entry.isFile(),
      () => false,
    );
  }

  /** Removes a block, damaged or not. Removing one that is not there is no error. */
  async removeBlock(cid: CID): Promise<void> {
    await rm(this.#pathOf(cid), { force: true });
  }

  /** An intact block is not written again; a damaged one is replaced. */
  async #isIntact(cid: CID): Promise<boolean> {
    const bytes = await readFile(this.#pathOf(cid)).catch(() => undefined);
    return bytes !== undefined && matchesCid(cid, bytes);
  }

  /** The canonical text of a checked CID has only letters and digits, so it cannot leave the directory. */
  #pathOf(cid: CID): string {
    assertSupportedCid(cid);
    const name = cid.toString();
    return join(this.directory, "blocks", name.slice(-2), name);
  }

  #open(): Promise<void> {
    return (this.#opened ??= openDirectory(this.directory).catch((error: unknown) => {
      this.#opened = undefined;
      throw storeFailed(this.directory, error);
    }));
  }
}

async function openDirectory(directory: string): Promise<void> {
  const temporary = join(directory, "tmp");
  await mkdir(temporary, { recursive: true, mode: OWNER_ONLY.directory });
  for (const name of await readdir(temporary)) {
    const path = join(temporary, name);
    const entry = await stat(path).catch(() => undefined);
    if (entry !== undefined && Date.now() - entry.mtimeMs > STALE_TEMPORARY_MS) await rm(path, { force: true });
  }
}

function storeFailed(directory: string, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === undefined) return cause;
  return new VerimeshError(`The content store at ${directory} cannot be written (${code}).`, {
    code: "STORE_UNWRITABLE",
    details: "Check that the folder is yours and that the disk has space.",
    cause,
  });
}
