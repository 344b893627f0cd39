import type { CID } from "multiformats/cid";
import { notFound, verifyBlock } from "./blocks/verifyBlock.ts";
import { DagContentStore } from "./DagContentStore.ts";

/** Blocks in memory: for tests and for programs that publish nothing. */
export class MemoryContentStore extends DagContentStore {
  readonly #blocks = new Map<string, Uint8Array>();

  override async getBlock(cid: CID): Promise<Uint8Array> {
    const block = this.#blocks.get(cid.toString());
    if (block === undefined) throw notFound(cid, "this memory store");
    return block.slice();
  }

  override async putBlock(cid: CID, bytes: Uint8Array): Promise<void> {
    await verifyBlock(cid, bytes, "the caller");
    this.#blocks.set(cid.toString(), bytes.slice());
  }

  override async hasBlock(cid: CID): Promise<boolean> {
    return this.#blocks.has(cid.toString());
  }
}
