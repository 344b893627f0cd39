import { encode, prepare } from "@ipld/dag-pb";
import { assert } from "chai";
import fc from "fast-check";
import { UnixFS } from "ipfs-unixfs";
import { CID } from "multiformats/cid";
import { identity } from "multiformats/hashes/identity";
import { MEBIBYTE, pseudoRandomBytes } from "../../test/bytes.ts";
import { expectError } from "../../test/expectError.ts";
import { cidOfBlock } from "../blocks/verifyBlock.ts";
import { MemoryContentStore } from "../MemoryContentStore.ts";
import { writeFile } from "./writeFile.ts";

/** Stores an inner node that links and declares whatever the test says. */
async function putNode(
  store: MemoryContentStore,
  links: readonly { cid: CID; size: number }[],
  type: "file" | "directory" = "file",
): Promise<CID> {
  const blockSizes = links.map(({ size }) => BigInt(size));
  const Data = new UnixFS({ type, ...(type === "directory" ? {} : { blockSizes }) }).marshal();
  const Links = links.map(({ cid, size }) => ({ Hash: cid, Name: "", Tsize: size }));
  return putDagPb(store, encode(prepare({ Data, Links })));
}

async function putDagPb(store: MemoryContentStore, block: Uint8Array): Promise<CID> {
  const cid = await cidOfBlock(block, "dag-pb");
  await store.putBlock(cid, block);
  return cid;
}

describe("reading a file", () => {
  let store: MemoryContentStore;
  beforeEach(() => {
    store = new MemoryContentStore();
  });

  it("refuses content above maxBytes before any leaf is fetched", async () => {
    const absent = await cidOfBlock(new Uint8Array([1]), "raw");
    const root = await putNode(store, [{ cid: absent, size: 3 * MEBIBYTE }]);
    await expectError("CONTENT_TOO_LARGE", () => store.get(root, { maxBytes: 2 * MEBIBYTE }));
  });

  it("refuses a missing leaf, and names it", async () => {
    const absent = await cidOfBlock(new Uint8Array([1]), "raw");
    const root = await putNode(store, [{ cid: absent, size: 1 }]);
    const error = await expectError("CONTENT_NOT_FOUND", () => store.get(root));
    assert.include(error.shortMessage, absent.toString());
  });

  it("refuses a leaf that is larger or smaller than declared", async () => {
    const leaf = await store.put(new Uint8Array(10), { as: "raw" });
    for (const size of [9, 11]) {
      const root = await putNode(store, [{ cid: leaf, size }]);
      await expectError("CONTENT_INVALID", () => store.get(root));
    }
  });

  it("refuses a graph that expands one small block without end", async () => {
    const byte = await store.put(new Uint8Array([1]), { as: "raw" });
    let node = { cid: byte, size: 1 };
    for (let level = 0; level < 4; level++) {
      const links = Array.from({ length: 100 }, () => node);
      node = { cid: await putNode(store, links), size: node.size * 100 };
    }
    await expectError("CONTENT_INVALID", () => store.get(node.cid));
  });

  it("refuses links to empty blocks, which would cost without filling", async () => {
    const empty = await store.put(new Uint8Array(), { as: "raw" });
    const root = await putNode(store, [{ cid: empty, size: 0 }]);
    await expectError("CONTENT_INVALID", () => store.get(root));
  });

  it("refuses a chain of nodes deeper than 8", async () => {
    let cid = await store.put(new Uint8Array(5000), { as: "raw" });
    for (let level = 0; level < 9; level++) cid = await putNode(store, [{ cid, size: 5000 }]);
    await expectError("CONTENT_INVALID", () => store.get(cid));
  });

  it("refuses an identity CID hidden among the links", async () => {
    const bomb = CID.createV1(0x55, identity.digest(new Uint8Array(1000)));
    const root = await putNode(store, [{ cid: bomb, size: 1000 }]);
    await expectError("CID_UNSUPPORTED", () => store.get(root));
  });

  it("refuses a directory, and bytes that are no dag-pb", async () => {
    const directory = await putNode(store, [], "directory");
    const error = await expectError("CONTENT_INVALID", () => store.get(directory));
    assert.include(error.shortMessage, "directory");
    const noise = await putDagPb(store, pseudoRandomBytes(100));
    await expectError("CONTENT_INVALID", () => store.get(noise));
  });

  it("throws the signal's reason once aborted", async () => {
    const cid = await store.put(pseudoRandomBytes(3 * MEBIBYTE));
    const controller = new AbortController();
    const reason = new Error("stop");
    const reading = store.get(cid, { signal: controller.signal, onProgress: () => controller.abort(reason) });
    assert.equal(await reading.catch((error: unknown) => error), reason);
  });
});

describe("writing a file", () => {
  it("gives the CIDs of `ipfs add --cid-version=1 --raw-leaves` for one chunk", async () => {
    const store = new MemoryContentStore();
    const cidOf = async (text: string): Promise<string> => (await store.put(new TextEncoder().encode(text))).toString();
    assert.equal(await cidOf("hello world"), "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
    assert.equal(await cidOf(""), "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");
  });

  it("gives a root of two leaves that is the protobuf written out by hand", async () => {
    const bytes = pseudoRandomBytes(MEBIBYTE + 5);
    const leaves = [
      await cidOfBlock(bytes.subarray(0, MEBIBYTE), "raw"),
      await cidOfBlock(bytes.subarray(MEBIBYTE), "raw"),
    ];
    const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
    const field = (tag: number, body: number[]): number[] => [tag, ...varint(body.length), ...body];
    const link = (cid: CID, size: number): number[] =>
      field(0x12, [...field(0x0a, [...cid.bytes]), 0x12, 0, 0x18, ...varint(size)]);
    const unixfs = [0x08, 2, 0x18, ...varint(bytes.length), 0x20, ...varint(MEBIBYTE), 0x20, 5];
    const root = Uint8Array.from([...link(leaves[0]!, MEBIBYTE), ...link(leaves[1]!, 5), ...field(0x0a, unixfs)]);
    const cid = await new MemoryContentStore().put(bytes);
    assert.equal(cid.toString(), (await cidOfBlock(root, "dag-pb")).toString());
  });

  it("gives deeper trees, and tails of one leaf, the CIDs that ipfs-unixfs-importer 17 gives", async () => {
    const layout = { chunkBytes: 10, maxLinks: 3 };
    const expected = [
      [25, "bafybeiaqzkxxgwr6loyyoeynqyuxqradbbnab7xowneocsh4dz4f6wrste"],
      [95, "bafybeiduuuwsrjuhw7uki6smdtuthbijjcbk64ldlpxumscfdojnugqn4y"],
      [271, "bafybeierm7tckzgb6yp5qqubhyqwkz43quhmjm47v4hou3452pfxmgbnum"],
    ] as const;
    for (const [length, cid] of expected) {
      const store = new MemoryContentStore();
      const bytes = pseudoRandomBytes(length, 5);
      const root = await writeFile(store, bytes, { layout });
      assert.equal(root.toString(), cid);
      assert.deepEqual(await store.get(root), bytes);
    }
  });

  it("refuses a single block above 2 MiB", async () => {
    await expectError("CONTENT_TOO_LARGE", () =>
      new MemoryContentStore().put(new Uint8Array(2 * MEBIBYTE + 1), { as: "raw" }),
    );
  });

  it("reads back what was written, at and around the chunk size, with progress to the end", async () => {
    const store = new MemoryContentStore();
    for (const length of [0, 1, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 2 * MEBIBYTE, 5 * MEBIBYTE + 17]) {
      const bytes = pseudoRandomBytes(length, length + 1);
      const seen: number[] = [];
      const read = await store.get(await store.put(bytes), { onProgress: ({ bytes }) => seen.push(bytes) });
      assert.isTrue(Buffer.from(bytes).equals(read), `${length} bytes`);
      assert.equal(seen.at(-1), length);
    }
  });

  it("reads back any bytes in every codec", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom("file", "raw", "dag-json"),
        async (bytes, as) => {
          const store = new MemoryContentStore();
          assert.deepEqual(await store.get(await store.put(bytes, { as })), bytes);
        },
      ),
      { numRuns: 100 },
    );
  });
});
