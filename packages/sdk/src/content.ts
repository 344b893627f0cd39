import type { CID } from "multiformats/cid";

/** What reading actions need of a content store: bytes that were checked against the CID. */
export interface ContentSource {
  get(
    cid: CID,
    options?: { readonly signal?: AbortSignal | undefined; readonly maxBytes?: number | undefined },
  ): Promise<Uint8Array>;
}

/** What publishing actions need: `@verimesh/storage`'s stores fit. */
export interface ContentSink extends ContentSource {
  put(
    bytes: Uint8Array,
    options?: { readonly signal?: AbortSignal | undefined; readonly as?: "file" | "raw" | "dag-json" | undefined },
  ): Promise<CID>;
}
