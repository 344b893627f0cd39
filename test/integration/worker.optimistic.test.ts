import { verimeshTokenAbi } from "@verimesh/abi";
import { outputPackingOf, packOutputs, runReference } from "@verimesh/core";
import { tinyDenseModel } from "@verimesh/core/testing";
import { expect } from "chai";
import { parseEther } from "viem";
import { forger, lying, record, temporaryDirectory, Workers } from "./workerInProcess.ts";
import { startWorkerNetwork, type WorkerNetwork } from "./workerNetwork.ts";

const PROVIDER = 2;
const CHALLENGER = 3;
const STAKE = parseEther("1000");
const BOND = parseEther("100");
const model = tinyDenseModel();
const input = Uint8Array.of(3, 200, 41);
const { prover, files } = forger(model);
const truth = packOutputs(runReference(model, input).output, outputPackingOf(model));

describe("worker, answering what can be challenged", () => {
  let net: WorkerNetwork;
  let workers: Workers;
  let modelId: bigint;

  beforeEach(async () => {
    net = await startWorkerNetwork();
    workers = new Workers(net);
    modelId = await net.publish(model, files);
    await net.stake(PROVIDER);
    await net.list(PROVIDER, modelId);
  });

  afterEach(async () => {
    await workers.stopAll();
    await net.close();
  });

  const ask = () => net.request(modelId, input, { policy: "optimistic", answerSeconds: 60, windowSeconds: 60 });

  async function challengeFrom(index: number, jobId: bigint): Promise<void> {
    await net.giveTokens(index, BOND);
    const token = { address: net.deployment.token, abi: verimeshTokenAbi };
    await net.send(index, { ...token, functionName: "approve", args: [net.optimistic.address, BOND] });
    await net.send(index, { ...net.optimistic, functionName: "challengeAnswer", args: [jobId] });
  }

  it("answers, and is paid when the window closes without a challenge", async () => {
    const worker = await workers.start(PROVIDER, { prover });
    const jobId = await ask();
    await record(worker, jobId, ({ phase }) => phase === "answered");
    expect((await net.jobOf(jobId)).status).to.equal(3);
    expect((await net.poolOf(PROVIDER)).locked).to.equal(BOND);
    await net.pass(61);
    expect((await record(worker, jobId)).phase).to.equal("settled");
    expect(await net.decidedAnswerOf(jobId)).to.deep.equal(truth);
    expect((await net.poolOf(PROVIDER)).locked).to.equal(0n);
    expect(await net.earned(PROVIDER)).not.to.equal(0n);
  });

  it("proves its answer when it is challenged, and gets half of the challenger's bond", async () => {
    const worker = await workers.start(PROVIDER, { prover });
    const jobId = await ask();
    await record(worker, jobId, ({ phase }) => phase === "answered");
    await challengeFrom(CHALLENGER, jobId);
    expect((await record(worker, jobId)).phase).to.equal("settled");
    expect(await net.decidedAnswerOf(jobId)).to.deep.equal(truth);
    expect(await net.bondProceedsOf(PROVIDER)).to.equal(BOND / 2n);
    expect(await net.poolOf(PROVIDER)).to.include({ assets: STAKE, locked: 0n });
  });

  it("goes on with its defence when it was stopped after the answer", async () => {
    const dataDirectory = await temporaryDirectory();
    const worker = await workers.start(PROVIDER, { prover, dataDirectory });
    const jobId = await ask();
    await record(worker, jobId, ({ phase }) => phase === "answered");
    await worker.stop();
    await challengeFrom(CHALLENGER, jobId);
    const again = await workers.start(PROVIDER, { prover, dataDirectory });
    expect((await record(again, jobId)).phase).to.equal("settled");
    expect(await net.bondProceedsOf(PROVIDER)).to.equal(BOND / 2n);
  });

  it("that looks at others' answers catches a false one, and is paid out of the liar's bond", async () => {
    await net.stake(CHALLENGER);
    await net.list(CHALLENGER, modelId, { ask: parseEther("1") });
    await net.giveTokens(CHALLENGER, BOND);
    const liar = await workers.start(PROVIDER, { prover }, { wrapModel: lying });
    const watcher = await workers.start(CHALLENGER, { prover, challenge: true });
    // The watcher asks too much to be drawn; it serves the version all the same.
    const jobId = await net.request(modelId, input, { policy: "optimistic", answerSeconds: 60, windowSeconds: 60 });
    await record(watcher, jobId, ({ phase }) => phase === "challenged");
    await net.pass(61);
    const { phase, reason } = await record(watcher, jobId);
    expect({ phase, code: reason?.code }).to.deep.equal({ phase: "settled", code: "CHALLENGE_WON" });
    expect((await record(liar, jobId)).phase).to.equal("failed");
    expect((await net.jobOf(jobId)).status, "refunded").to.equal(5);
    expect(await net.bondProceedsOf(CHALLENGER)).to.equal(BOND + BOND / 2n);
    expect(await net.poolOf(PROVIDER)).to.include({ assets: STAKE - BOND, locked: 0n });
  });

  it("leaves a right answer of another alone, and spends nothing on it", async () => {
    await net.stake(CHALLENGER);
    await net.list(CHALLENGER, modelId, { capacity: 0 });
    await net.giveTokens(CHALLENGER, BOND);
    const worker = await workers.start(PROVIDER, { prover });
    const before = await net.transactions(CHALLENGER);
    const watcher = await workers.start(CHALLENGER, { prover, challenge: true });
    const jobId = await ask();
    const { phase, reason } = await record(watcher, jobId);
    expect({ phase, code: reason?.code }).to.deep.equal({ phase: "lost", code: "ANSWERED_BY_ANOTHER" });
    expect(await net.transactions(CHALLENGER)).to.equal(before);
    await record(worker, jobId, (view) => view.phase === "answered");
  });
});

describe("workers, as a jury of a version without a circuit", () => {
  let net: WorkerNetwork;
  let workers: Workers;
  const JURY = [4, 5, 6];

  beforeEach(async () => {
    net = await startWorkerNetwork();
    workers = new Workers(net);
  });

  afterEach(async () => {
    await workers.stopAll();
    await net.close();
  });

  it("run it again and vote: the false answer falls, the jurors and the challenger share the bond", async () => {
    const modelId = await net.publishUnprovable(model);
    for (const provider of [PROVIDER, CHALLENGER]) await net.stake(provider);
    for (const juror of JURY) {
      await net.stake(juror, BOND);
      await net.list(juror, modelId, { capacity: 0 });
    }
    await net.list(PROVIDER, modelId);
    await net.list(CHALLENGER, modelId, { capacity: 0 });
    await net.giveTokens(CHALLENGER, BOND);
    const liar = await workers.start(PROVIDER, { prover }, { wrapModel: lying });
    const watcher = await workers.start(CHALLENGER, { prover, challenge: true });
    const terms = { policy: "optimistic", panelSize: 3, answerSeconds: 60, windowSeconds: 60 } as const;
    const jobId = await net.request(modelId, input, terms);
    await record(watcher, jobId, ({ phase }) => phase !== "seen");
    // They take work after the answer's draw, before the jury's: the liar is the only one that could answer.
    for (const juror of JURY) {
      await net.stake(juror, STAKE - BOND);
      await net.send(juror, { ...net.staking, functionName: "setCapacity", args: [8] });
      const args = [net.account(juror).address, modelId, 1n];
      await net.send(juror, { ...net.selection, functionName: "syncWeight", args });
    }
    const jury = await Promise.all(JURY.map((juror) => workers.start(juror, { prover })));
    await record(watcher, jobId, ({ phase }) => phase === "challenged");
    await untilSeated(jobId);
    for (const juror of jury) expect((await record(juror, jobId)).phase).to.equal("settled");
    expect((await record(watcher, jobId)).reason?.code).to.equal("CHALLENGE_WON");
    expect((await record(liar, jobId)).phase).to.equal("failed");
    expect((await net.jobOf(jobId)).status, "refunded").to.equal(5);
    expect(await net.bondProceedsOf(CHALLENGER)).to.equal(BOND + BOND / 4n);
    for (const juror of JURY) {
      expect(await net.bondProceedsOf(juror)).to.equal(BOND / 4n / 3n);
      expect(await net.poolOf(juror)).to.include({ assets: STAKE, locked: 0n });
    }
  });

  /** Mines until a jury is drawn: each draw is of the candidates of its own block. */
  async function untilSeated(jobId: bigint): Promise<void> {
    const jury = { ...net.optimistic, functionName: "panelOf", args: [jobId] } as const;
    for (let tries = 0; tries < 100; tries++) {
      if ((await net.client.readContract(jury)).status === 2) return;
      await net.mine(1);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("no jury was drawn");
  }
});
