import type { CID } from "multiformats/cid";
import { notFound, verifyBlock } from "./blocks/verifyBlock.ts";
import { DagContentStore } from "./DagContentStore.ts";

/** Blocks in memory: for tests and for programs that publish nothing. */
export class MemoryContentStore extends DagContentStore {
  readonly #blocks = new Map<string, Uint8Array>();

  override getBlock(cid: CID): Promise<Uint8Array> {
    const block = this.#blocks.get(cid.toString());
    return block === undefined ? Promise.reject(notFound(cid, "this memory store")) : Promise.resolve(block.slice());
  }

  override async putBlock(cid: CID, bytes: Uint8Array): Promise<void> {
    await verifyBlock(cid, bytes, "the caller");
    this.#blocks.set(cid.toString(), bytes.slice());
  }

  override hasBlock(cid: CID): Promise<boolean> {
    return Promise.resolve(this.#blocks.has(cid.toString()));
  }
}
