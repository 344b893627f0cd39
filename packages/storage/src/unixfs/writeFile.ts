import { encode, prepare } from "@ipld/dag-pb";
import { UnixFS } from "ipfs-unixfs";
import type { CID } from "multiformats/cid";
import type { BlockStore } from "../blocks/BlockStore.ts";
import { cidOfBlock } from "../blocks/verifyBlock.ts";

/** How a file is cut. Another layout gives the same file another CID. */
export interface FileLayout {
  readonly chunkBytes: number;
  /** Links of an inner node. */
  readonly maxLinks: number;
}

/** Chunks of 1 MiB, and Kubo's default number of links. */
const LAYOUT: FileLayout = { chunkBytes: 1024 * 1024, maxLinks: 174 };

interface Child {
  readonly cid: CID;
  /** Bytes of the file below this node. */
  readonly fileBytes: number;
  /** Bytes of all blocks from this node down: dag-pb's Tsize. */
  readonly dagBytes: number;
}

/**
 * Stores bytes as UnixFS (https://specs.ipfs.tech/unixfs/), a balanced tree over raw leaves, and returns the root: the CID
 * of `ipfs add --cid-version=1 --raw-leaves --chunker=size-1048576`. A file of one chunk is a single raw block. Leaves are
 * stored before the nodes that link them, so a root that is there has had its whole file there.
 */
export async function writeFile(
  blocks: Pick<BlockStore, "putBlock">,
  bytes: Uint8Array,
  options: { readonly signal?: AbortSignal | undefined; readonly layout?: FileLayout | undefined } = {},
): Promise<CID> {
  const { signal, layout = LAYOUT } = options;

  async function store(block: Uint8Array, codec: "raw" | "dag-pb", fileBytes: number, below: number): Promise<Child> {
    signal?.throwIfAborted();
    const cid = await cidOfBlock(block, codec);
    await blocks.putBlock(cid, block, { signal });
    return { cid, fileBytes, dagBytes: block.length + below };
  }

  let level: Child[] = [];
  for (let start = 0; start === 0 || start < bytes.length; start += layout.chunkBytes) {
    const chunk = bytes.subarray(start, start + layout.chunkBytes);
    level.push(await store(chunk, "raw", chunk.length, 0));
  }
  while (level.length > 1) {
    const parents: Child[] = [];
    for (let first = 0; first < level.length; first += layout.maxLinks) {
      const children = level.slice(first, first + layout.maxLinks);
      const sum = (size: (child: Child) => number): number => children.reduce((total, child) => total + size(child), 0);
      const block = encodeNode(children);
      parents.push(
        await store(
          block,
          "dag-pb",
          sum(({ fileBytes }) => fileBytes),
          sum(({ dagBytes }) => dagBytes),
        ),
      );
    }
    level = parents;
  }
  return level[0]!.cid;
}

function encodeNode(children: readonly Child[]): Uint8Array {
  const blockSizes = children.map(({ fileBytes }) => BigInt(fileBytes));
  const Data = new UnixFS({ type: "file", blockSizes }).marshal();
  const Links = children.map(({ cid, dagBytes }) => ({ Hash: cid, Name: "", Tsize: dagBytes }));
  return encode(prepare({ Data, Links }));
}
