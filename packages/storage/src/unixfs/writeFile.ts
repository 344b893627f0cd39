import { fixedSize } from "ipfs-unixfs-importer/chunker";
import { balanced } from "ipfs-unixfs-importer/layout";
import { importBytes } from "ipfs-unixfs-importer";
import type { CID } from "multiformats/cid";
import type { BlockStore } from "../blocks/BlockStore.ts";

const CHUNK_BYTES = 1024 * 1024;
/** Kubo's default number of links in an inner node. */
const MAX_LINKS = 174;

/**
 * Stores bytes as UnixFS and returns the root: the CID of `ipfs add --cid-version=1 --raw-leaves
 * --chunker=size-1048576`. A file of one chunk is a single raw block. Leaves are stored before the nodes that link them,
 * so a root that is there has had its whole file there.
 */
export async function writeFile(
  blocks: Pick<BlockStore, "putBlock">,
  bytes: Uint8Array,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<CID> {
  const target = {
    async put(cid: CID, block: Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<CID> {
      options.signal?.throwIfAborted();
      await blocks.putBlock(cid, block instanceof Uint8Array ? block : await concat(block), options);
      return cid;
    },
  };
  const { cid } = await importBytes(bytes, target, {
    cidVersion: 1,
    rawLeaves: true,
    reduceSingleLeafToSelf: true,
    chunker: fixedSize({ chunkSize: CHUNK_BYTES }),
    layout: balanced({ maxChildrenPerNode: MAX_LINKS }),
    blockWriteConcurrency: 8,
  });
  return cid;
}

async function concat(parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const collected: Uint8Array[] = [];
  for await (const part of parts) collected.push(part);
  const whole = new Uint8Array(collected.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of collected) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
