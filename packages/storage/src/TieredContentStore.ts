import { VerimeshError } from "@verimesh/core";
import type { CID } from "multiformats/cid";
import type { BlockOptions, BlockStore } from "./blocks/BlockStore.ts";
import { verifyBlock } from "./blocks/verifyBlock.ts";
import { DagContentStore } from "./DagContentStore.ts";

/** A local store that can drop a block that went bad. */
export type LocalBlockStore = BlockStore & { removeBlock?(cid: CID): Promise<void> };

/**
 * Reads locally first, then from `remote`, and keeps what it fetched. A damaged local block is removed and fetched again.
 * Writes go to both, local first.
 */
export class TieredContentStore extends DagContentStore {
  readonly #local: LocalBlockStore;
  readonly #remote: BlockStore;

  constructor(local: LocalBlockStore, remote: BlockStore) {
    super();
    this.#local = local;
    this.#remote = remote;
  }

  override async getBlock(cid: CID, options: BlockOptions = {}): Promise<Uint8Array> {
    try {
      return await this.#local.getBlock(cid, options);
    } catch (error) {
      if (!isMissing(error)) throw error;
      if (error.code === "CONTENT_CORRUPT") await this.#local.removeBlock?.(cid);
    }
    const bytes = await this.#remote.getBlock(cid, options);
    // The remote's word is not taken for it: any block store may stand here.
    await verifyBlock(cid, bytes, "the remote store");
    await this.#local.putBlock(cid, bytes, options);
    return bytes;
  }

  override async putBlock(cid: CID, bytes: Uint8Array, options: BlockOptions = {}): Promise<void> {
    await this.#local.putBlock(cid, bytes, options);
    await this.#remote.putBlock(cid, bytes, options);
  }

  override async hasBlock(cid: CID, options: BlockOptions = {}): Promise<boolean> {
    return (await this.#local.hasBlock(cid, options)) || (await this.#remote.hasBlock(cid, options));
  }
}

function isMissing(error: unknown): error is VerimeshError {
  return error instanceof VerimeshError && (error.code === "CONTENT_NOT_FOUND" || error.code === "CONTENT_CORRUPT");
}
