import { outputPackingOf, packOutputs, runReference, VerimeshError } from "@verimesh/core";
import { tinyDenseModel } from "@verimesh/core/testing";
import type { Journal } from "@verimesh/worker";
import { expect } from "chai";
import { forger, lying, record, temporaryDirectory, Workers } from "./workerInProcess.ts";
import { startWorkerNetwork, type WorkerNetwork } from "./workerNetwork.ts";

const [A, B, C] = [2, 3, 4];
const model = tinyDenseModel();
const input = Uint8Array.of(3, 200, 41);
const { prover, files } = forger(model);
const truth = packOutputs(runReference(model, input).output, outputPackingOf(model));

/** Stops the worker dead when its journal has this phase. */
const crashAfter =
  (matches: (record: Parameters<Journal["append"]>[0]) => boolean) =>
  (journal: Journal): Journal => ({
    records: journal.records,
    close: () => journal.close(),
    async append(record) {
      await journal.append(record);
      if (matches(record)) throw new VerimeshError("the test pulled the plug", { code: "JOURNAL_WRITE_FAILED" });
    },
  });

describe("workers on a panel", () => {
  let net: WorkerNetwork;
  let workers: Workers;
  let modelId: bigint;

  before(async () => {
    net = await startWorkerNetwork();
    workers = new Workers(net);
    modelId = await net.publish(model, files);
    for (const provider of [A, B, C]) {
      await net.stake(provider);
      await net.list(provider, modelId);
    }
  });

  afterEach(() => workers.stopAll());
  after(() => net.close());

  const stakesOf = (providers: readonly number[]) =>
    Promise.all(providers.map(async (provider) => (await net.poolOf(provider)).assets));

  async function quorum(): Promise<bigint> {
    const jobId = await net.request(modelId, input, { policy: "quorum", answerSeconds: 60, windowSeconds: 60 });
    // The first of the panel sends the draw; should it be the one that is not there, the next does some blocks later.
    await net.mine(6);
    return jobId;
  }

  it("settle a job by their equal answers, and are paid", async () => {
    const panel = await Promise.all([A, B, C].map((provider) => workers.start(provider, { prover })));
    const jobId = await quorum();
    for (const worker of panel) expect((await record(worker, jobId)).phase).to.equal("settled");
    expect(await net.decidedAnswerOf(jobId)).to.deep.equal(truth);
    for (const provider of [A, B, C]) {
      expect((await net.poolOf(provider)).locked).to.equal(0n);
      expect(await net.earned(provider)).not.to.equal(0n);
    }
  });

  it("settle it against one that lies, which loses its bond", async () => {
    const honest = await Promise.all([A, B].map((provider) => workers.start(provider, { prover })));
    const liar = await workers.start(C, { prover }, { wrapModel: lying });
    const [stakeBefore] = await stakesOf([C]);
    const earnedBefore = await net.earned(C);
    const jobId = await quorum();
    for (const worker of honest) expect((await record(worker, jobId)).phase).to.equal("settled");
    expect(await record(liar, jobId)).to.deep.include({ phase: "failed" });
    expect(await net.decidedAnswerOf(jobId)).to.deep.equal(truth);
    const { assets, locked } = await net.poolOf(C);
    expect({ lost: assets < stakeBefore!, locked }).to.deep.equal({ lost: true, locked: 0n });
    expect(await net.earned(C)).to.equal(earnedBefore);
  });

  it("settle it against one that is silent, when its time is over", async () => {
    const panel = await Promise.all([A, B].map((provider) => workers.start(provider, { prover })));
    const [stakeBefore] = await stakesOf([C]);
    const jobId = await quorum();
    for (const worker of panel) await record(worker, jobId, ({ phase }) => phase === "committed");
    expect((await net.panelOf(jobId)).revealed, "nobody reveals while one could still copy").to.equal(0);
    await net.pass(61);
    for (const worker of panel) expect((await record(worker, jobId)).phase).to.equal("settled");
    const { assets, locked } = await net.poolOf(C);
    expect({ cut: assets < stakeBefore!, locked }).to.deep.equal({ cut: true, locked: 0n });
  });

  for (const [when, matches] of [
    ["before its commitment was sent", (r) => r.vote !== undefined && r.transaction === undefined],
    ["after its commitment was sent", (r) => r.phase === "committed"],
    ["with its reveal signed and not sent", (r) => r.transaction?.purpose === "reveal"],
  ] as [string, (r: Parameters<Journal["append"]>[0]) => boolean][]) {
    it(`reveal what they committed to, also if killed ${when}`, async () => {
      const dataDirectory = await temporaryDirectory();
      const others = await Promise.all([B, C].map((provider) => workers.start(provider, { prover })));
      const before = await stakesOf([A]);
      const doomed = await workers.start(A, { prover, dataDirectory }, { wrapJournal: crashAfter(matches) });
      const jobId = await quorum();
      await doomed.stopped.catch(() => undefined);
      const again = await workers.start(A, { prover, dataDirectory });
      for (const worker of [again, ...others]) expect((await record(worker, jobId)).phase).to.equal("settled");
      expect((await net.panelOf(jobId)).revealed).to.be.greaterThan(1);
      expect(await stakesOf([A])).to.deep.equal(before);
    });
  }

  it("reveal what they committed to even if the journal is lost: the salt comes from the key", async () => {
    const before = await stakesOf([A]);
    const doomed = await workers.start(A, { prover });
    const other = await workers.start(B, { prover });
    const jobId = await quorum();
    await record(doomed, jobId, ({ phase }) => phase === "committed");
    await doomed.stop();
    const again = await workers.start(A, { prover, dataDirectory: await temporaryDirectory() });
    await record(again, jobId, ({ phase }) => phase === "committed");
    await net.pass(61);
    for (const worker of [again, other]) expect((await record(worker, jobId)).phase).to.equal("settled");
    expect(await stakesOf([A])).to.deep.equal(before);
  });

  it("get nothing and lose nothing when they do not agree, and no second panel can be drawn", async () => {
    const panel = [
      await workers.start(A, { prover }),
      await workers.start(B, { prover }, { wrapModel: lying }),
      await workers.start(C, { prover, endAll: true }),
    ];
    const earned = () => Promise.all([A, B, C].map((provider) => net.earned(provider)));
    const before = [await stakesOf([A, B, C]), await earned()];
    const terms = { policy: "quorum", quorum: 3, drawSeconds: 60, windowSeconds: 60 } as const;
    const jobId = await net.request(modelId, input, terms);
    for (const worker of panel.slice(0, 2)) expect((await record(worker, jobId)).phase).to.equal("refunded");
    await net.pass(61);
    for (const worker of panel) expect((await record(worker, jobId)).phase).to.equal("refunded");
    expect([await stakesOf([A, B, C]), await earned()]).to.deep.equal(before);
    for (const provider of [A, B, C]) expect((await net.poolOf(provider)).locked).to.equal(0n);
  });
});
