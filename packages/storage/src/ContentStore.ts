import type { CID } from "multiformats/cid";

export interface GetOptions {
  readonly signal?: AbortSignal | undefined;
  /** Refuses content that is larger, before it is held in memory. Default 256 MiB. */
  readonly maxBytes?: number | undefined;
  /** Called as content arrives; `totalBytes` is what the root declares. */
  readonly onProgress?: ((progress: { readonly bytes: number; readonly totalBytes: number }) => void) | undefined;
}

export interface PutOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * `file` (default): UnixFS, raw leaves, 1 MiB chunks. `raw` and `dag-json`: the bytes as one block of that codec, at
   * most 2 MiB; the bytes are not parsed, so a dag-json document must already be in its canonical form.
   */
  readonly as?: "file" | "raw" | "dag-json" | undefined;
}

/** CID in, bytes out. Whatever the implementation, every block is checked against its CID before it is returned. */
export interface ContentStore {
  /** Stores a file as UnixFS (raw leaves, 1 MiB chunks) and returns its root. The same bytes give the same CID. */
  put(bytes: Uint8Array, options?: PutOptions): Promise<CID>;
  /** The bytes of a file or of a single raw or dag-json block. */
  get(cid: CID, options?: GetOptions): Promise<Uint8Array>;
  /** Whether the root block is there. */
  has(cid: CID, options?: { signal?: AbortSignal | undefined }): Promise<boolean>;
}
