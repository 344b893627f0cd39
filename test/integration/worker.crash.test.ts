import { VerimeshError } from "@verimesh/core";
import { tinyDenseModel } from "@verimesh/core/testing";
import type { Journal, Worker, WorkerConfig } from "@verimesh/worker";
import { expect } from "chai";
import { forger, record, temporaryDirectory, Workers } from "./workerInProcess.ts";
import { startWorkerNetwork, type WorkerNetwork } from "./workerNetwork.ts";

const PROVIDER = 2;
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
    await net.list(PROVIDER, modelId);
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
    expect((await net.jobOf(jobId)).status, "status").to.equal(4);
    expect(await net.count("JobAssigned", jobId), "assignments").to.equal(1);
    expect(await net.count("JobSettled", jobId), "settlements").to.equal(1);
    expect((await net.poolOf(PROVIDER)).locked, "locked bond").to.equal(0n);
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

  /** Seen, draw signed, done, assigned, executed, proved, settlement signed, done, settled. */
  const WRITES = 9;
  for (let write = 1; write <= WRITES; write++) {
    for (const when of ["before", "after"] as const) {
      it(`${when} write ${write}: after a restart the job is settled, once`, async () => {
        const stakeBefore = (await net.poolOf(PROVIDER)).assets;
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
        expect((await net.poolOf(PROVIDER)).assets, "stake").to.equal(stakeBefore);
        expect((await net.transactions(PROVIDER)) - transactionsBefore, "transactions").to.equal(2);
      });
    }
  }

  it("finds its assigned job on the chain when the whole journal is gone", async () => {
    const jobId = await net.request(modelId, input);
    const doomed = await start({}, crashAt(5, "after"));
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
});
