import { appendFile, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SolidityProof } from "@verimesh/core";
import { expect } from "chai";
import { expectError, ME, OTHER, OWNER, record, temporaryDirectory } from "../../test/records.ts";
import { isEnded } from "../jobs/JobRecord.ts";
import { openJournal } from "./Journal.ts";

describe("Journal", () => {
  let path: string;
  const open = () => openJournal(path, OWNER, isEnded);

  beforeEach(async () => {
    path = join(await temporaryDirectory(), "deeper", "journal.jsonl");
  });

  it("refuses a journal of another provider, market or chain", async () => {
    await (await open()).close();
    for (const other of [{ provider: OTHER }, { market: ME }, { chainId: 1 }]) {
      await expectError(openJournal(path, { ...OWNER, ...other }, isEnded), "JOURNAL_FOREIGN");
    }
  });

  it("refuses a journal that was damaged before its last line, and names the line", async () => {
    const journal = await open();
    await journal.append(record());
    await journal.append(record({ phase: "assigned" }));
    await journal.close();
    const lines = (await readFile(path, "utf8")).split("\n");
    lines[1] = lines[1]!.slice(5);
    await writeFile(path, lines.join("\n"));
    const error = await expectError(open(), "JOURNAL_CORRUPT");
    expect(error.shortMessage).to.contain("Line 2");
  });

  it("gives back the last record of each job, bigints and all", async () => {
    const journal = await open();
    const proof: SolidityProof = [1n, 2n ** 253n, 0n, 1n, 2n, 3n, 4n, 5n];
    await journal.append(record());
    await journal.append(record({ jobId: 2n ** 80n }));
    await journal.append(record({ phase: "proved", proof, outputWords: [3n] }));
    await journal.close();
    const again = await open();
    expect([...again.records.keys()]).to.have.members(["1", (2n ** 80n).toString()]);
    expect(again.records.get("1")).to.deep.equal(record({ phase: "proved", proof, outputWords: [3n] }));
    await again.close();
  });

  it("drops what is still written about a request that another has replaced", async () => {
    const journal = await open();
    const other = record({ requestHash: `0x${"22".repeat(32)}` });
    await journal.append(record());
    // Both are under way: the runner of the first was about to end when the second was seen.
    await Promise.all([journal.append(other, { replaces: true }), journal.append(record({ phase: "lost" }))]);
    expect(journal.records.get("1")).to.deep.equal(other);
    await journal.close();
  });

  it("survives a torn last line, wherever it was torn, and writes on after it", async () => {
    const journal = await open();
    await journal.append(record());
    const keep = (await readFile(path)).length;
    await journal.append(record({ phase: "assigned" }));
    await journal.close();
    const whole = await readFile(path);
    for (let length = keep; length < whole.length; length++) {
      await writeFile(path, whole);
      await truncate(path, length);
      const torn = await open();
      expect(torn.records.get("1")!.phase, `cut at ${length}`).to.equal("seen");
      await torn.append(record({ phase: "answered" }));
      await torn.close();
      const healed = await open();
      expect(healed.records.get("1")!.phase).to.equal("answered");
      await healed.close();
    }
  });

  it("starts anew when not even the first line was finished", async () => {
    await (await open()).close();
    await truncate(path, 10);
    const journal = await open();
    await journal.append(record());
    await journal.close();
    const again = await open();
    expect(again.records.size).to.equal(1);
    await again.close();
  });

  it("keeps the order of appends that were not awaited", async () => {
    const journal = await open();
    const phases = ["seen", "assigned", "executed", "proved", "settled"] as const;
    await Promise.all(phases.map((phase) => journal.append(record({ phase }))));
    await journal.close();
    const lines = (await readFile(path, "utf8")).trim().split("\n").slice(1);
    expect(lines.map((line) => (JSON.parse(line) as { phase: string }).phase)).to.deep.equal(phases);
  });

  it("is rewritten once it holds much history, without losing a job that has not ended", async () => {
    const journal = await open();
    await journal.append(record({ jobId: 9n, phase: "answered" }));
    await journal.append(record({ jobId: 8n, phase: "settled" }));
    await journal.close();
    const line = `${(await readFile(path, "utf8")).trim().split("\n").at(-1)}\n`;
    await appendFile(path, line.repeat(1200));
    await (await open()).close();
    expect((await readFile(path, "utf8")).trim().split("\n")).to.have.length(3);
    const again = await open();
    expect(again.records.get("9")!.phase).to.equal("answered");
    await again.close();
  });
});
