import { VerimeshError } from "@verimesh/core";
import type { CID } from "multiformats/cid";
import type { BlockOptions, BlockStore } from "./blocks/BlockStore.ts";
import { MAX_BLOCK_BYTES } from "./blocks/BlockStore.ts";
import { assertSupportedCid, cidOfBlock } from "./blocks/verifyBlock.ts";
import type { ContentStore, GetOptions, PutOptions } from "./ContentStore.ts";
import { readFile } from "./unixfs/readFile.ts";
import { writeFile } from "./unixfs/writeFile.ts";

/** Files over blocks: an implementation only says where blocks are kept. */
export abstract class DagContentStore implements ContentStore, BlockStore {
  abstract getBlock(cid: CID, options?: BlockOptions): Promise<Uint8Array>;
  abstract putBlock(cid: CID, bytes: Uint8Array, options?: BlockOptions): Promise<void>;
  abstract hasBlock(cid: CID, options?: BlockOptions): Promise<boolean>;

  async put(bytes: Uint8Array, options: PutOptions = {}): Promise<CID> {
    const { as = "file", signal } = options;
    signal?.throwIfAborted();
    if (as === "file") return writeFile(this, bytes, { signal });
    if (bytes.length > MAX_BLOCK_BYTES) {
      throw new VerimeshError(`A ${as} block of ${bytes.length} bytes is too large.`, {
        code: "CONTENT_TOO_LARGE",
        details: `A single block has at most ${MAX_BLOCK_BYTES} bytes; store it as a file.`,
      });
    }
    const cid = await cidOfBlock(bytes, as);
    await this.putBlock(cid, bytes, { signal });
    return cid;
  }

  async get(cid: CID, options: GetOptions = {}): Promise<Uint8Array> {
    let whole: Uint8Array | undefined;
    let offset = 0;
    const allocate = (totalBytes: number): Uint8Array => (whole ??= new Uint8Array(totalBytes));
    const onProgress = (progress: { bytes: number; totalBytes: number }): void => {
      allocate(progress.totalBytes);
      options.onProgress?.(progress);
    };
    for await (const part of readFile(this, cid, { ...options, onProgress })) {
      allocate(part.length).set(part, offset);
      offset += part.length;
    }
    return allocate(0);
  }

  /** The content in order, a block at a time, each checked. */
  read(cid: CID, options: GetOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    return readFile(this, cid, options);
  }

  async has(cid: CID, options: BlockOptions = {}): Promise<boolean> {
    assertSupportedCid(cid);
    return this.hasBlock(cid, options);
  }
}
