import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { MEBIBYTE, pseudoRandomBytes } from "../test/bytes.ts";
import { expectError } from "../test/expectError.ts";
import { FileContentStore } from "./file/FileContentStore.ts";
import { MemoryContentStore } from "./MemoryContentStore.ts";
import { TieredContentStore } from "./TieredContentStore.ts";

describe("TieredContentStore", () => {
  let directory: string;
  let local: FileContentStore;
  let remote: MemoryContentStore;
  let tiered: TieredContentStore;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "verimesh-tiered-"));
    local = new FileContentStore(directory);
    remote = new MemoryContentStore();
    tiered = new TieredContentStore(local, remote);
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("names content that neither side has", async () => {
    const cid = await new MemoryContentStore().put(new Uint8Array([1]));
    assert.isFalse(await tiered.has(cid));
    await expectError("CONTENT_NOT_FOUND", () => tiered.get(cid));
  });

  it("does not keep a wrong block of a remote that does not check", async () => {
    const cid = await remote.put(new Uint8Array([1]));
    const liar = new TieredContentStore(local, {
      getBlock: () => Promise.resolve(new Uint8Array([2])),
      putBlock: async () => {},
      hasBlock: () => Promise.resolve(true),
    });
    await expectError("CONTENT_MISMATCH", () => liar.get(cid));
    assert.isFalse(await local.has(cid));
  });

  it("removes a damaged local block and fetches it again", async () => {
    const bytes = pseudoRandomBytes(100);
    const cid = await tiered.put(bytes);
    await writeFile(join(directory, "blocks", cid.toString().slice(-2), cid.toString()), "damaged");
    assert.deepEqual(await tiered.get(cid), bytes);
    assert.deepEqual(await local.get(cid), bytes);
  });

  it("removes a damaged local block even if nobody else has it", async () => {
    const cid = await local.put(pseudoRandomBytes(100));
    await writeFile(join(directory, "blocks", cid.toString().slice(-2), cid.toString()), "damaged");
    await expectError("CONTENT_NOT_FOUND", () => tiered.get(cid));
    assert.isFalse(await local.has(cid));
  });

  it("keeps what it fetched, so that it serves a file when the remote is gone", async () => {
    const bytes = pseudoRandomBytes(2 * MEBIBYTE + 1);
    const cid = await remote.put(bytes);
    assert.isTrue(await tiered.has(cid));
    await tiered.get(cid);
    const offline = new TieredContentStore(local, new MemoryContentStore());
    assert.isTrue(Buffer.from(bytes).equals(await offline.get(cid)));
  });
});
