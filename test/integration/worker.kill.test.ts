import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  circuitLayout,
  encodeVerificationKey,
  outputPackingOf,
  packOutputs,
  runReference,
  verificationKeyToJson,
} from "@verimesh/core";
import { tinyDenseModel } from "@verimesh/core/testing";
import { compileCircuit, linkModel, setupDev } from "@verimesh/prover";
import { expect } from "chai";
import { generateSkeleton } from "../../packages/compiler/src/skeleton/generateSkeleton.ts";
import { startWorkerNetwork, type WorkerNetwork } from "./workerNetwork.ts";
import { startWorkerProcess, type WorkerProcess } from "./workerProcess.ts";

const PROVIDER = 2;
const model = tinyDenseModel();
const input = Uint8Array.of(3, 200, 41);

describe("worker process, killed while it works", function () {
  this.timeout(240_000);
  let net: WorkerNetwork;
  let modelId: bigint;
  let directory: string;
  let worker: WorkerProcess;
  let started = false;

  before(async () => {
    net = await startWorkerNetwork();
    directory = await mkdtemp(join(tmpdir(), "verimesh-kill-"));
    const layout = circuitLayout(model);
    const { r1cs, witnessCalculator } = await compileCircuit(generateSkeleton(model), { layout });
    const linked = linkModel(r1cs, model, layout);
    const { provingKey, verificationKey } = await setupDev(linked);
    modelId = await net.publish(model, {
      provingKey,
      witnessCalculator,
      verificationKey: new TextEncoder().encode(JSON.stringify(verificationKeyToJson(verificationKey))),
      encodedKey: encodeVerificationKey(verificationKey),
    });
    await net.stake(PROVIDER);
    await net.list(PROVIDER, modelId);
    worker = await startWorkerProcess(net, directory, PROVIDER);
    started = true;
  });

  after(async () => {
    if (started) await worker.end("SIGKILL");
    await net.close();
  });

  const phaseOf = (jobId: bigint, phase: string) =>
    worker.line((line) => line["jobId"] === jobId.toString() && line["phase"] === phase);

  async function expectSettledOnce(jobId: bigint, stakeBefore: bigint, transactionsBefore: number): Promise<void> {
    const { status, provider } = await net.jobOf(jobId);
    expect(status, "status").to.equal(4);
    expect(await net.count("JobAssigned", jobId), "assignments").to.equal(1);
    expect(await net.count("JobSettled", jobId), "settlements").to.equal(1);
    const { assets, locked } = await net.poolOf(PROVIDER);
    expect({ assets, locked }).to.deep.equal({ assets: stakeBefore, locked: 0n });
    expect((await net.transactions(PROVIDER)) - transactionsBefore, "a draw and a settlement").to.equal(2);
    expect(provider).to.equal(net.account(PROVIDER).address);
  }

  it("answers as the reference does, having rehearsed the version when it started", async () => {
    const [stakeBefore, transactionsBefore] = [(await net.poolOf(PROVIDER)).assets, await net.transactions(PROVIDER)];
    const jobId = await net.request(modelId, input);
    await phaseOf(jobId, "settled");
    await expectSettledOnce(jobId, stakeBefore, transactionsBefore);
    const expected = packOutputs(runReference(model, input).output, outputPackingOf(model));
    expect(await net.answerOf(jobId)).to.deep.equal(expected);
    await worker.line(({ msg }) => msg === "ready to serve");
  });

  for (const phase of ["assigned", "executed", "proved"]) {
    const what = phase === "executed" ? "executed, in the middle of proving" : phase;
    it(`${what}: started again, it settles the job once and keeps its bond`, async () => {
      const stakeBefore = (await net.poolOf(PROVIDER)).assets;
      const transactionsBefore = await net.transactions(PROVIDER);
      const jobId = await net.request(modelId, input);
      await phaseOf(jobId, phase);
      const helpers = await worker.children();
      await worker.end("SIGKILL");
      if (phase === "executed") expect((await net.jobOf(jobId)).status, "assigned, not settled").to.equal(2);
      worker = await startWorkerProcess(net, directory, PROVIDER);
      await phaseOf(jobId, "settled");
      await expectSettledOnce(jobId, stakeBefore, transactionsBefore);
      for (const id of helpers) expect(await isGone(id), `process ${id} is gone`).to.equal(true);
    });
  }

  it("ends in order when asked to, and leaves no process", async () => {
    const helpers = await worker.children();
    expect(await worker.end("SIGTERM")).to.equal(0);
    expect(worker.lines.at(-1)!["msg"]).to.equal("worker stopped");
    for (const id of helpers) expect(await isGone(id)).to.equal(true);
  });
});

async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
