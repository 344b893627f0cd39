import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { expectError, temporaryDirectory } from "../../test/records.ts";
import { takeLock } from "./lock.ts";

describe("takeLock", () => {
  let path: string;

  beforeEach(async () => {
    path = join(await temporaryDirectory(), "lock");
  });

  it("refuses a lock that this process holds, and says whose it is", async () => {
    const release = await takeLock(path);
    const error = await expectError(takeLock(path), "WORKER_ALREADY_RUNNING");
    expect(error.shortMessage).to.contain(String(process.pid));
    await release();
  });

  it("lets exactly one of many have it", async () => {
    const takers = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(path)));
    expect(takers.filter(({ status }) => status === "fulfilled")).to.have.length(1);
  });

  it("takes over the lock of a process that was killed, exactly once", async () => {
    const child = spawn(process.execPath, [
      "--input-type=module",
      "-e",
      `import { takeLock } from ${JSON.stringify(new URL("./lock.ts", import.meta.url).href)};
       await takeLock(${JSON.stringify(path)}); process.stdout.write("held"); setInterval(() => {}, 1000);`,
    ]);
    await once(child.stdout, "data");
    await expectError(takeLock(path), "WORKER_ALREADY_RUNNING");
    child.kill("SIGKILL");
    await once(child, "exit");
    const takers = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path)));
    expect(takers.filter(({ status }) => status === "fulfilled")).to.have.length(1);
  });

  it("takes over a lock whose takeover was cut short, exactly once", async () => {
    const dead = { pid: 2 ** 22 + 1, startedAt: "1", token: "deadbeef-0" };
    await writeFile(path, JSON.stringify(dead));
    await writeFile(`${path}.deadbeef`, JSON.stringify({ ...dead, token: "cafebabe-0" }));
    for (let attempt = 0; attempt < 5; attempt++) {
      const takers = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path)));
      const taken = takers.filter(({ status }) => status === "fulfilled");
      expect(taken.length).to.be.at.most(1);
      if (taken.length === 1) return;
    }
    expect.fail("nobody could take it over");
  });

  it("does not take a process for the holder that was only given the same id", async function () {
    if (process.platform !== "linux") this.skip();
    await writeFile(path, JSON.stringify({ pid: process.pid, startedAt: "1", token: "old" }));
    await (
      await takeLock(path)
    )();
  });

  it("takes over an unreadable lock", async () => {
    await writeFile(path, "{");
    await (
      await takeLock(path)
    )();
  });

  it("leaves nothing behind when it is released", async () => {
    await (
      await takeLock(path)
    )();
    expect(await readdir(dirname(path))).to.deep.equal([]);
  });
});
