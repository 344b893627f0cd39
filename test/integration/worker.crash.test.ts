import { VerimeshError } from "@verimesh/core";
import { tinyDenseModel } from "@verimesh/core/testing";
import type { Journal, Worker, WorkerConfig } from "@verimesh/worker";
import { expect } from "chai";
import { forger, record, temporaryDirectory, Workers } from "./workerInProcess.ts";
import { account, startWorkerNetwork, type WorkerNetwork } from "./workerNetwork.ts";

const PROVIDER = 2;
const RIVAL = 3;
const model = tinyDenseModel();
const input = Uint8Array.of(3, 200, 41);
const { prover, files } = forger(model);

/** Stops the worker dead at its n-th journal write: before the line reaches the disk, or right after. */
function crashAt(write: number, when: "before" | "after") {
  let writes = 0;
  return (journal: Journal): Journal => ({
    records: journal.records,
    close: () => journal.close(),
    async append(record) {
      writes++;
      if (writes > write || (writes === write && when === "before")) throw crash();
      await journal.append(record);
      if (writes === write) throw crash();
    },
  });
}

const crash = () => new VerimeshError("the test pulled the plug", { code: "JOURNAL_WRITE_FAILED" });

describe("worker, stopped at any journal write", () => {
  let net: WorkerNetwork;
  let modelId: bigint;
  let dataDirectory: string;
  let workers: Workers;

  before(async () => {
    net = await startWorkerNetwork();
    workers = new Workers(net);
    modelId = await net.publish(model, files);
    await net.stake(PROVIDER);
    await net.stake(RIVAL);
  });

  beforeEach(async () => {
    dataDirectory = await temporaryDirectory();
  });

  afterEach(() => workers.stopAll());

  after(() => net.close());

  function start(change: Partial<WorkerConfig> = {}, wrapJournal?: (journal: Journal) => Journal): Promise<Worker> {
    return workers.start(PROVIDER, { dataDirectory, prover, ...change }, wrapJournal ? { wrapJournal } : {});
  }

  async function expectSettledOnce(jobId: bigint): Promise<void> {
    expect((await net.jobOf(jobId)).status, "status").to.equal(3);
    expect(await net.count("JobClaimed", jobId), "claims").to.equal(1);
    expect(await net.count("JobSettled", jobId), "settlements").to.equal(1);
    expect((await net.accountOf(PROVIDER)).locked, "locked bond").to.equal(0n);
  }

  it("settles a job, and its writes are as many as the cases below try", async () => {
    let writes = 0;
    const worker = await start({}, (journal) => ({
      records: journal.records,
      close: () => journal.close(),
      append: (record) => {
        writes++;
        return journal.append(record);
      },
    }));
    const jobId = await net.request(modelId, input);
    expect((await record(worker, jobId)).phase).to.equal("settled");
    await expectSettledOnce(jobId);
    expect(writes).to.equal(WRITES);
  });

  /** seen, ready, proof (a version's first job), claim signed, claim done, claimed, submission signed, done, settled. */
  const WRITES = 9;
  for (let write = 1; write <= WRITES; write++) {
    for (const when of ["before", "after"] as const) {
      it(`${when} write ${write}: after a restart the job is settled, once`, async () => {
        const stakeBefore = (await net.accountOf(PROVIDER)).active;
        const transactionsBefore = await net.transactions(PROVIDER);
        const jobId = await net.request(modelId, input);
        const doomed = await start({}, crashAt(write, when));
        const failure = await doomed.stopped.then(
          () => "stopped",
          (error: VerimeshError) => error.code,
        );
        expect(failure).to.equal("JOURNAL_WRITE_FAILED");
        const worker = await start();
        expect((await record(worker, jobId)).phase).to.equal("settled");
        await expectSettledOnce(jobId);
        expect((await net.accountOf(PROVIDER)).active, "stake").to.equal(stakeBefore);
        expect((await net.transactions(PROVIDER)) - transactionsBefore, "transactions").to.equal(2);
      });
    }
  }

  it("finds its claimed job on the chain when the whole journal is gone", async () => {
    const jobId = await net.request(modelId, input);
    const doomed = await start({}, crashAt(6, "after"));
    await doomed.stopped.catch(() => undefined);
    const worker = await start({ dataDirectory: await temporaryDirectory() });
    expect((await record(worker, jobId)).phase).to.equal("settled");
    await expectSettledOnce(jobId);
  });

  it("refuses to start twice on one journal", async () => {
    await start();
    const error = await start().catch((caught: unknown) => caught as VerimeshError);
    expect((error as VerimeshError).code).to.equal("WORKER_ALREADY_RUNNING");
  });

  it("lets two workers race for jobs: each job is settled once, and nobody fails", async () => {
    const racers = [await start(), await workers.start(RIVAL, { prover })];
    const jobs: bigint[] = [];
    for (let i = 0; i < 6; i++) jobs.push(await net.request(modelId, input));
    for (const jobId of jobs) {
      const ends = await Promise.all(racers.map((worker) => record(worker, jobId)));
      expect(ends.map(({ phase }) => phase).toSorted()).to.deep.equal(["lost", "settled"]);
      expect(await net.count("JobSettled", jobId)).to.equal(1);
    }
    for (const worker of racers) expect(worker.status().failed).to.equal(0);
    expect((await net.accountOf(RIVAL)).locked).to.equal(0n);
  });

  it("ends a rival's expired claim and does the job itself", async () => {
    const jobId = await net.request(modelId, input, { proveSeconds: 30 });
    await net.send(RIVAL, net.claimCall(jobId));
    const worker = await start();
    await net.client.increaseTime({ seconds: 31 });
    await net.client.mine({ blocks: 1 });
    expect((await record(worker, jobId)).phase).to.equal("settled");
    expect(await net.count("ClaimExpired", jobId)).to.equal(1);
    expect((await net.jobOf(jobId)).provider).to.equal(account(PROVIDER).address);
  });
});
