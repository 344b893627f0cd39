import { tinyDenseModel } from "@verimesh/core/testing";
import type { Prover } from "@verimesh/core";
import { expect } from "chai";
import { parseEther } from "viem";
import { forger, record, Workers } from "./workerInProcess.ts";
import { startWorkerNetwork, type WorkerNetwork } from "./workerNetwork.ts";

const [A, B] = [2, 3];
const BOND = parseEther("100");
const model = tinyDenseModel();
const input = Uint8Array.of(3, 200, 41);
const { prover, files } = forger(model);

describe("workers, drawn for jobs", () => {
  let net: WorkerNetwork;
  let workers: Workers;
  let modelId: bigint;

  beforeEach(async () => {
    net = await startWorkerNetwork();
    workers = new Workers(net);
    modelId = await net.publish(model, files);
    for (const provider of [A, B]) {
      await net.stake(provider);
      await net.list(provider, modelId);
    }
  });

  afterEach(async () => {
    await workers.stopAll();
    await net.close();
  });

  it("do each job once, whoever is drawn, and send no transaction in vain", async () => {
    const both = await Promise.all([A, B].map((provider) => workers.start(provider, { prover })));
    const before = (await net.transactions(A)) + (await net.transactions(B));
    const jobs: bigint[] = [];
    for (let i = 0; i < 6; i++) jobs.push(await net.request(modelId, input));
    for (const jobId of jobs) {
      const ends = await Promise.all(both.map((worker) => record(worker, jobId)));
      expect(ends.map(({ phase }) => phase).toSorted()).to.deep.equal(["lost", "settled"]);
      expect(await net.count("JobSettled", jobId)).to.equal(1);
    }
    for (const worker of both) expect(worker.status().failed).to.equal(0);
    for (const provider of [A, B]) expect((await net.poolOf(provider)).locked).to.equal(0n);
    const sent = (await net.transactions(A)) + (await net.transactions(B)) - before;
    expect(sent, "a draw and at most a settlement each").to.be.at.most(12);
  });

  it("start the clock of a provider that has vanished, end its assignment, and do the job", async () => {
    const jobId = await drawnFor(B);
    const worker = await workers.start(A, { prover, graceBlocks: 2 });
    await record(worker, jobId, ({ phase }) => phase === "seen");
    // Grace and stagger are of blocks.
    await net.mine(12);
    await until(async () => (await net.jobOf(jobId)).status === 2);
    expect((await net.jobOf(jobId)).provider).to.equal(net.account(B).address);
    await net.pass(61);
    await until(async () => (await net.jobOf(jobId)).status === 1);
    await net.mine();
    expect((await record(worker, jobId)).phase).to.equal("settled");
    expect((await net.poolOf(B)).assets).to.equal(parseEther("1000") - BOND);
    expect(await net.count("AssignmentExpired", jobId)).to.equal(1);
  });

  it("deliver in the open round when nobody could be drawn, for what they ask and without a bond", async () => {
    // Listed after the request: not a candidate of its draw.
    await net.unlist(A, modelId);
    await net.unlist(B, modelId);
    const jobId = await net.request(modelId, input, { drawSeconds: 10, openSeconds: 60 });
    await net.list(A, modelId, { ask: null });
    const worker = await workers.start(A, { prover });
    await net.pass(11);
    await until(async () => (await net.jobOf(jobId)).status === 4);
    expect(await net.count("JobAssigned", jobId)).to.equal(0);
    expect((await record(worker, jobId)).phase).to.equal("settled");
    expect(await net.earned(A)).not.to.equal(0n);
  });

  it("repeat a draw that finds nobody, ever more seldom, and do the job when somebody is free", async () => {
    await net.unlist(B, modelId);
    await net.send(A, { ...net.staking, functionName: "setCapacity", args: [0n] });
    const worker = await workers.start(A, { prover, graceBlocks: 0 });
    const jobId = await net.request(modelId, input);
    const repeats = async () => {
      const filter = { ...net.market, eventName: "DrawRepeated", args: { jobId }, fromBlock: 0n } as const;
      return (await net.client.getContractEvents(filter)).length;
    };
    for (let blocks = 0; (await repeats()) < 2; blocks++) {
      if (blocks > 60) throw new Error("the draw does not move on");
      await net.mine(1);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await net.send(A, { ...net.staking, functionName: "setCapacity", args: [1n] });
    for (let blocks = 0; (await net.jobOf(jobId)).status === 1 && blocks < 60; blocks++) {
      await net.mine(1);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect((await record(worker, jobId)).phase).to.equal("settled");
  });

  it("settle together what is proven together", async () => {
    await net.unlist(B, modelId);
    const wait = gate();
    const held: Prover = {
      ...prover,
      async prove(job, options) {
        const proven = await prover.prove(job, options);
        if ((job.inputs["x"] as bigint[])[0] !== 0n) await wait.opened;
        return proven;
      },
    };
    const worker = await workers.start(A, { prover: held, capacity: 4, batchSeconds: 0.3 });
    const jobs: bigint[] = [];
    for (let i = 0; i < 4; i++) jobs.push(await net.request(modelId, input));
    for (const jobId of jobs) await record(worker, jobId, ({ phase }) => phase === "executed");
    const before = await net.transactions(A);
    wait.open();
    for (const jobId of jobs) expect((await record(worker, jobId)).phase).to.equal("settled");
    expect((await net.transactions(A)) - before, "one settlement of four").to.equal(1);
  });

  it("settles the others of a batch when one of them is lost meanwhile", async () => {
    await net.unlist(B, modelId);
    const wait = gate();
    const held: Prover = {
      ...prover,
      async prove(job, options) {
        const proven = await prover.prove(job, options);
        if ((job.inputs["x"] as bigint[])[0] !== 0n) await wait.opened;
        return proven;
      },
    };
    const worker = await workers.start(A, { prover: held, capacity: 3, batchSeconds: 0.3 });
    const late = await net.request(modelId, input, { answerSeconds: 10 });
    const jobs = [await net.request(modelId, input), await net.request(modelId, input)];
    for (const jobId of [late, ...jobs]) await record(worker, jobId, ({ phase }) => phase === "executed");
    await net.client.increaseTime({ seconds: 11 });
    await net.send(1, net.expireCall(late));
    wait.open();
    for (const jobId of jobs) expect((await record(worker, jobId)).phase).to.equal("settled");
    expect((await record(worker, late)).phase).to.equal("failed");
  });

  /** A job whose draw falls on this provider: of many, the first. The others are cancelled. */
  async function drawnFor(provider: number): Promise<bigint> {
    for (let tries = 0; tries < 40; tries++) {
      const jobId = await net.request(modelId, input, { answerSeconds: 60 });
      if ((await net.drawn(jobId)) === net.account(provider).address) return jobId;
      await net.send(1, net.cancelCall(jobId));
    }
    throw new Error("the draw never fell on the provider");
  }
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("it did not come so far");
}

function gate() {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  return { opened, open };
}
