import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { CID } from "multiformats/cid";
import { MEBIBYTE, pseudoRandomBytes } from "../../test/bytes.ts";
import { expectError } from "../../test/expectError.ts";
import { FileContentStore } from "./FileContentStore.ts";

describe("FileContentStore", () => {
  let directory: string;
  let store: FileContentStore;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "verimesh-store-"));
    store = new FileContentStore(directory);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const pathOf = (cid: CID): string => join(directory, "blocks", cid.toString().slice(-2), cid.toString());

  it("names a CID that it does not have", async () => {
    const cid = await new FileContentStore(join(directory, "other")).put(new Uint8Array([1]));
    assert.isFalse(await store.has(cid));
    const error = await expectError("CONTENT_NOT_FOUND", () => store.get(cid));
    assert.include(error.shortMessage, cid.toString());
  });

  it("refuses a block whose file was altered, truncated or emptied, naming CID and file", async () => {
    const bytes = pseudoRandomBytes(1000);
    const cid = await store.put(bytes);
    const flipped = bytes.slice();
    flipped[999]! ^= 0x80;
    for (const damaged of [flipped, bytes.subarray(0, 999), new Uint8Array()]) {
      await writeFile(pathOf(cid), damaged);
      const error = await expectError("CONTENT_CORRUPT", () => store.get(cid));
      assert.include(error.shortMessage, cid.toString());
      assert.include(error.details!, pathOf(cid));
    }
    await store.put(bytes);
    assert.deepEqual(await store.get(cid), bytes, "putting the content again heals it");
  });

  it("refuses a file with one damaged leaf", async () => {
    const bytes = pseudoRandomBytes(2 * MEBIBYTE);
    const leaf = await store.put(bytes.subarray(MEBIBYTE), { as: "raw" });
    const cid = await store.put(bytes);
    await writeFile(pathOf(leaf), "not the leaf");
    const error = await expectError("CONTENT_CORRUPT", () => store.get(cid));
    assert.include(error.shortMessage, leaf.toString());
  });

  it("refuses to store bytes under another CID", async () => {
    const cid = await store.put(new Uint8Array([1]));
    await expectError("CONTENT_MISMATCH", () => store.putBlock(cid, new Uint8Array([2])));
    assert.deepEqual(await store.get(cid), new Uint8Array([1]));
  });

  it("says that a folder cannot be written", async () => {
    await writeFile(join(directory, "file"), "in the way");
    const blocked = new FileContentStore(join(directory, "file", "store"));
    const error = await expectError("STORE_UNWRITABLE", () => blocked.put(new Uint8Array([1])));
    assert.include(error.shortMessage, blocked.directory);
  });

  it("lets nobody but its owner read blocks or list them, whatever the umask", async () => {
    const open = join(directory, "open");
    const umask = process.umask(0);
    try {
      await new FileContentStore(open).put(pseudoRandomBytes(MEBIBYTE + 1));
    } finally {
      process.umask(umask);
    }
    const entries = [open, ...(await readdir(open, { recursive: true })).map((name) => join(open, name))];
    assert.isAtLeast(entries.length, 6);
    for (const entry of entries) {
      const found = await stat(entry);
      assert.equal(found.mode & 0o777, found.isDirectory() ? 0o700 : 0o600, entry);
    }
  });

  it("keeps one block from many concurrent puts, by several stores on one folder", async () => {
    const bytes = pseudoRandomBytes(3 * MEBIBYTE);
    const stores = [store, new FileContentStore(directory), new FileContentStore(directory)];
    const cids = await Promise.all(Array.from({ length: 12 }, (_, i) => stores[i % 3]!.put(bytes)));
    assert.lengthOf(new Set(cids.map(String)), 1);
    assert.isTrue(Buffer.from(bytes).equals(await store.get(cids[0]!)));
    assert.isEmpty(await readdir(join(directory, "tmp")));
  });

  it("keeps no bad block when the writing process is killed, and stores the content afterwards", async function () {
    const script = `
      import { FileContentStore } from ${JSON.stringify(new URL("./FileContentStore.ts", import.meta.url).href)};
      const store = new FileContentStore(${JSON.stringify(directory)});
      process.stdout.write("writing");
      for (let i = 0; ; i++) await store.put(new Uint8Array(1024 * 1024).fill(i), { as: "raw" });`;
    const writer = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(writer.stdout, "data");
    while ((await readdir(join(directory, "blocks")).catch(() => [])).length < 3)
      await new Promise((next) => setTimeout(next, 5));
    writer.kill("SIGKILL");
    await once(writer, "close");
    const names = (await readdir(join(directory, "blocks"), { recursive: true })).filter((name) => name.includes("/"));
    assert.isNotEmpty(names);
    for (const name of names) assert.lengthOf(await store.get(CID.parse(name.split("/")[1]!)), MEBIBYTE);
    const cid = await store.put(new Uint8Array(MEBIBYTE).fill(255), { as: "raw" });
    assert.lengthOf(await store.get(cid), MEBIBYTE);
  });

  it("clears temporary files that a dead process left, not those of a running one", async () => {
    await mkdir(join(directory, "tmp"), { recursive: true });
    await writeFile(join(directory, "tmp", "old"), "partial");
    await writeFile(join(directory, "tmp", "new"), "partial");
    await utimes(join(directory, "tmp", "old"), new Date(0), new Date(0));
    await store.put(new Uint8Array([1]));
    assert.deepEqual(await readdir(join(directory, "tmp")), ["new"]);
  });
});
