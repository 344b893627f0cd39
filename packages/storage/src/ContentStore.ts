import type { CID } from "multiformats/cid";

export interface GetOptions {
  readonly signal?: AbortSignal;
  /** Refuses content that is larger, before it is held in memory. Default 256 MiB. */
  readonly maxBytes?: number;
}

/** CID in, bytes out. Whatever the implementation, every block is checked against its CID before it is returned. */
export interface ContentStore {
  /** Stores a file as UnixFS (raw leaves, 1 MiB chunks) and returns its root. The same bytes give the same CID. */
  put(bytes: Uint8Array, options?: { signal?: AbortSignal }): Promise<CID>;
  /** The bytes of a file or of a single raw or dag-json block. */
  get(cid: CID, options?: GetOptions): Promise<Uint8Array>;
  has(cid: CID): Promise<boolean>;
}
