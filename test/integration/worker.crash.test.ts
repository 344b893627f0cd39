import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  decodeVerificationKey,
  fromSolidityProof,
  outputPackingOf,
  packOutputs,
  runReference,
  VerimeshError,
  verificationKeyToJson,
  type Prover,
} from "@verimesh/core";
import { tinyDenseModel } from "@verimesh/core/testing";
import { createLogger, createWorker, type Journal, type Worker, type WorkerConfig } from "@verimesh/worker";
import { expect } from "chai";
import { createForgingKey } from "../helpers/forgingKey.ts";
import { account, startWorkerNetwork, type WorkerNetwork } from "./workerNetwork.ts";

const PROVIDER = 2;
const RIVAL = 3;
const model = tinyDenseModel();
const input = Uint8Array.of(3, 200, 41);
const key = createForgingKey(3);

/** Proves with the key whose toxic waste the test knows: what is verified, here and on the chain, is real. */
const prover: Prover = {
  async prove({ inputs }) {
    const trace = runReference(model, Uint8Array.from(inputs["x"] as bigint[], Number));
    const words = packOutputs(trace.output, outputPackingOf(model));
    const publicSignals = [...words, ...(inputs["inputWords"] as bigint[]), inputs["binding"] as bigint];
    const proof = fromSolidityProof(key.prove(publicSignals));
    return { proof, publicSignals, witnessSeconds: 0, proveSeconds: 0 };
  },
  verify: async (_, publicSignals, proof) => {
    const again = fromSolidityProof(key.prove(publicSignals));
    return JSON.stringify(again.a.map(String)) === JSON.stringify(proof.a.map(String));
  },
};

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
  const running = new Set<Worker>();

  before(async () => {
    net = await startWorkerNetwork();
    const verificationKey = verificationKeyToJson(decodeVerificationKey(key.verificationKey));
    modelId = await net.publish(model, {
      verificationKey: new TextEncoder().encode(JSON.stringify(verificationKey)),
      encodedKey: key.verificationKey,
    });
    await net.stake(PROVIDER);
    await net.stake(RIVAL);
  });

  beforeEach(async () => {
    dataDirectory = await mkdtemp(join(tmpdir(), "verimesh-crash-"));
  });

  afterEach(async () => {
    await Promise.all([...running].map((worker) => worker.stop()));
    running.clear();
  });

  after(() => net.close());

  async function start(
    change: Partial<WorkerConfig> = {},
    wrapJournal?: (journal: Journal) => Journal,
  ): Promise<Worker> {
    const config: WorkerConfig = {
      deployment: net.deployment,
      rpcUrl: net.rpcUrl,
      account: account(PROVIDER),
      content: net.gatewayUrl,
      dataDirectory,
      cacheDirectory: join(dataDirectory, "cache"),
      backend: "cpu",
      pollSeconds: 0.02,
      logger: createLogger({ level: process.env["LOG_LEVEL"] ?? "silent" }),
      prover,
      ...change,
    };
    const worker = createWorker(config, wrapJournal ? { wrapJournal } : {});
    running.add(worker);
    await worker.start();
    return worker;
  }

  async function ended(worker: Worker, jobId: bigint) {
    for (let tries = 0; tries < 1000; tries++) {
      const job = worker.jobs().find((view) => view.jobId === jobId.toString());
      if (job && ["settled", "lost", "refunded", "declined", "failed"].includes(job.phase)) return job;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`job ${jobId} did not end`);
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
    expect((await ended(worker, jobId)).phase).to.equal("settled");
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
        expect((await ended(worker, jobId)).phase).to.equal("settled");
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
    const worker = await start({ dataDirectory: await mkdtemp(join(tmpdir(), "verimesh-crash-")) });
    expect((await ended(worker, jobId)).phase).to.equal("settled");
    await expectSettledOnce(jobId);
  });

  it("refuses to start twice on one journal", async () => {
    await start();
    const error = await start().catch((caught: unknown) => caught as VerimeshError);
    expect((error as VerimeshError).code).to.equal("WORKER_ALREADY_RUNNING");
  });

  it("lets two workers race for jobs: each job is settled once, and nobody fails", async () => {
    const rivalDirectory = await mkdtemp(join(tmpdir(), "verimesh-crash-"));
    const workers = [
      await start(),
      await start({
        account: account(RIVAL),
        dataDirectory: rivalDirectory,
        cacheDirectory: join(rivalDirectory, "cache"),
      }),
    ];
    const jobs: bigint[] = [];
    for (let i = 0; i < 6; i++) jobs.push(await net.request(modelId, input));
    for (const jobId of jobs) {
      const ends = await Promise.all(workers.map((worker) => ended(worker, jobId)));
      expect(ends.map(({ phase }) => phase).toSorted()).to.deep.equal(["lost", "settled"]);
      expect(await net.count("JobSettled", jobId)).to.equal(1);
    }
    for (const worker of workers) expect(worker.status().failed).to.equal(0);
    expect((await net.accountOf(RIVAL)).locked).to.equal(0n);
  });

  it("ends a rival's expired claim and does the job itself", async () => {
    const jobId = await net.request(modelId, input, { proveSeconds: 30 });
    await net.send(RIVAL, claim(net, jobId));
    const worker = await start();
    await net.client.increaseTime({ seconds: 31 });
    await net.client.mine({ blocks: 1 });
    expect((await ended(worker, jobId)).phase).to.equal("settled");
    expect(await net.count("ClaimExpired", jobId)).to.equal(1);
    expect((await net.jobOf(jobId)).provider).to.equal(account(PROVIDER).address);
  });
});

function claim(net: WorkerNetwork, jobId: bigint) {
  const abi = [
    { type: "function", name: "claimJob", inputs: [{ type: "uint256" }], outputs: [], stateMutability: "nonpayable" },
  ];
  return { address: net.deployment.jobMarket, abi, functionName: "claimJob", args: [jobId] };
}
