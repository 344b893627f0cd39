import type { CID } from "multiformats/cid";

export interface BlockOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What a content store keeps: single blocks of at most `MAX_BLOCK_BYTES`. */
export interface BlockStore {
  /** The block's bytes, checked against the CID; throws `CONTENT_NOT_FOUND` where there is none. */
  getBlock(cid: CID, options?: BlockOptions): Promise<Uint8Array>;
  /** Stores a block after checking it against the CID. Storing one that is there is no error. */
  putBlock(cid: CID, bytes: Uint8Array, options?: BlockOptions): Promise<void>;
  hasBlock(cid: CID, options?: BlockOptions): Promise<boolean>;
}

/** The largest block that IPFS implementations exchange. */
export const MAX_BLOCK_BYTES = 2 * 1024 * 1024;
