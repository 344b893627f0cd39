import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { FileSaltStore } from "../src/salts/FileSaltStore.ts";
import { temporaryDirectory } from "./run.ts";

const COMMITMENT = 2n ** 250n + 1n;
const kept = { bytes: Uint8Array.of(1, 0, 255), salt: 2n ** 200n + 9n };

async function openStore(): Promise<FileSaltStore> {
  return new FileSaltStore(join(await temporaryDirectory(), "state", "salts"));
}

async function failureOf(run: () => Promise<unknown>): Promise<unknown> {
  return run().then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("FileSaltStore", () => {
  it("refuses a file that is damaged or no file, and says nothing is kept only where there is none", async () => {
    const store = await openStore();
    expect(await store.get(COMMITMENT)).to.equal(undefined);
    await store.put(COMMITMENT, kept);
    const path = store.pathOf(COMMITMENT);
    await writeFile(path, (await readFile(path, "utf8")).slice(0, 20));
    expect(await failureOf(() => store.get(COMMITMENT))).to.have.property("code", "SALT_UNREADABLE");
    await mkdir(store.pathOf(1n));
    expect(await failureOf(() => store.get(1n))).to.have.property("code", "EISDIR");
  });

  it("leaves nothing behind when it cannot write", async () => {
    const store = await openStore();
    await mkdir(join(store.pathOf(COMMITMENT), "in the way"), { recursive: true });
    expect(await failureOf(() => store.put(COMMITMENT, kept))).to.be.an("error");
    expect(await readdir(store.directory)).to.have.length(1);
  });

  it("lets only its owner read, also where the file was there and open to all", async () => {
    const store = await openStore();
    await store.put(COMMITMENT, kept);
    await chmod(store.pathOf(COMMITMENT), 0o644);
    await store.put(COMMITMENT, kept);
    expect((await stat(store.pathOf(COMMITMENT))).mode & 0o777).to.equal(0o600);
    expect((await stat(store.directory)).mode & 0o777).to.equal(0o700);
    expect(await readdir(store.directory)).to.have.length(1);
  });

  it("finds what many wrote at once", async () => {
    const store = await openStore();
    const commitments = Array.from({ length: 20 }, (_, i) => COMMITMENT + BigInt(i));
    await Promise.all(commitments.map((each, i) => store.put(each, { ...kept, salt: BigInt(i) })));
    for (const [i, each] of commitments.entries()) {
      expect(await new FileSaltStore(store.directory).get(each)).to.deep.equal({ ...kept, salt: BigInt(i) });
    }
  });
});
