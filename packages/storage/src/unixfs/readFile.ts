import { decode } from "@ipld/dag-pb";
import { VerimeshError } from "@verimesh/core";
import { UnixFS } from "ipfs-unixfs";
import type { CID } from "multiformats/cid";
import type { BlockStore } from "../blocks/BlockStore.ts";
import { assertSupportedCid, CODECS } from "../blocks/verifyBlock.ts";
import type { GetOptions } from "../ContentStore.ts";

export const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;
/** A balanced file of 1 MiB leaves reaches 2^40 bytes long before this depth. */
const MAX_DEPTH = 8;
/** Blocks of a sibling group that are fetched ahead. */
const FETCH_AHEAD = 4;
/** Refuses a file cut into crumbs: each block costs a round trip, however small it is. */
const MIN_MEAN_BLOCK_BYTES = 4096;

interface FileNode {
  readonly size: number;
  readonly data: Uint8Array;
  readonly children: readonly { readonly cid: CID; readonly size: number }[];
}

/**
 * Reads a file, block by block. What an author can make as large as it likes is checked before it is used: declared
 * sizes against the limit and against what arrives, depth, and the number of blocks, so that no directed graph that
 * reuses its blocks expands without end.
 * @yields the file's bytes in order
 * @throws VerimeshError `CONTENT_TOO_LARGE`, `CONTENT_INVALID`, or what the block store throws.
 */
export async function* readFile(
  blocks: Pick<BlockStore, "getBlock">,
  root: CID,
  options: GetOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  assertSupportedCid(root);
  const { signal, maxBytes = DEFAULT_MAX_BYTES } = options;
  const first = await blocks.getBlock(root, { signal });
  const node = parseBlock(root, root, first);
  if (node.size > maxBytes) {
    throw new VerimeshError(`The content ${root.toString()} is too large: ${node.size} bytes.`, {
      code: "CONTENT_TOO_LARGE",
      details: `At most ${maxBytes} bytes are accepted here.`,
    });
  }
  let blocksLeft = 64 + Math.ceil(node.size / MIN_MEAN_BLOCK_BYTES);

  async function* readNode(parent: FileNode, depth: number): AsyncGenerator<Uint8Array, void, undefined> {
    if (parent.data.length > 0) yield parent.data;
    if (depth === MAX_DEPTH) throw invalid(root, `it is nested deeper than ${MAX_DEPTH} levels`);
    blocksLeft -= parent.children.length;
    if (blocksLeft < 0) throw invalid(root, "it is cut into too many small blocks");
    const pending: Promise<FileNode>[] = [];
    for (let i = 0; i < parent.children.length; i++) {
      while (pending.length < FETCH_AHEAD && i + pending.length < parent.children.length) {
        const { cid } = parent.children[i + pending.length]!;
        const fetched = blocks.getBlock(cid, { signal }).then((bytes) => parseBlock(root, cid, bytes));
        // Handled when its turn comes; unhandled only where an earlier sibling failed first.
        fetched.catch(() => {});
        pending.push(fetched);
      }
      const child = await pending.shift()!;
      if (child.size !== parent.children[i]!.size)
        throw invalid(root, "a block has another size than its parent declares");
      yield* readNode(child, depth + 1);
    }
  }

  let bytes = 0;
  options.onProgress?.({ bytes, totalBytes: node.size });
  for await (const part of readNode(node, 0)) {
    signal?.throwIfAborted();
    bytes += part.length;
    options.onProgress?.({ bytes, totalBytes: node.size });
    yield part;
  }
}

/** Declared size, own data and children of a block; sizes add up or it throws. */
function parseBlock(root: CID, cid: CID, block: Uint8Array): FileNode {
  if (cid.code !== CODECS["dag-pb"]) {
    if (cid.code === CODECS["dag-json"] && !cid.equals(root)) throw invalid(root, "it links to a dag-json block");
    return { size: block.length, data: block, children: [] };
  }
  let links, unixfs;
  try {
    const decoded = decode(block);
    links = decoded.Links;
    unixfs = UnixFS.unmarshal(decoded.Data ?? new Uint8Array());
  } catch (cause) {
    throw invalid(root, "a dag-pb block is not UnixFS", cause);
  }
  if (unixfs.type !== "file" && unixfs.type !== "raw") throw invalid(root, `it is a UnixFS ${unixfs.type}, not a file`);
  if (links.length !== unixfs.blockSizes.length) throw invalid(root, "links and declared sizes differ in number");
  const data = unixfs.data ?? new Uint8Array();
  const children = links.map((link, i) => ({ cid: link.Hash, size: Number(unixfs.blockSizes[i]) }));
  for (const child of children) assertSupportedCid(child.cid);
  if (children.some((child) => child.size === 0)) throw invalid(root, "it links to an empty block");
  const size = data.length + children.reduce((sum, child) => sum + child.size, 0);
  if (!Number.isSafeInteger(size)) throw invalid(root, "its declared size is not a safe integer");
  return { size, data, children };
}

function invalid(root: CID, problem: string, cause?: unknown): VerimeshError {
  return new VerimeshError(`The content ${root.toString()} cannot be read: ${problem}.`, {
    code: "CONTENT_INVALID",
    details: "Expected a UnixFS file with a mean block size of at least 4 KiB, or a single raw or dag-json block.",
    cause,
  });
}
