import type { ModelManifest, Prover } from "@verimesh/core";
import { tinyDenseModel } from "@verimesh/core/testing";
import type { WorkerConfig } from "@verimesh/worker";
import { expect } from "chai";
import { forger, record, temporaryDirectory, Workers } from "./workerInProcess.ts";
import { startWorkerNetwork, type WorkerNetwork } from "./workerNetwork.ts";

const PROVIDER = 2;
const BYSTANDER = 3;
const model = tinyDenseModel();
const input = Uint8Array.of(3, 200, 41);
const { prover, files } = forger(model);

/** What an author can put into a version to harm those who serve it. */
describe("worker, with a hostile author", () => {
  let net: WorkerNetwork;
  let workers: Workers;

  before(async () => {
    net = await startWorkerNetwork();
    workers = new Workers(net);
    await net.stake(PROVIDER);
  });

  afterEach(() => workers.stopAll());
  after(() => net.close());

  async function endOf(jobId: bigint, change: Partial<WorkerConfig> & { prover?: Prover }) {
    const worker = await workers.start(PROVIDER, { prover, ...change });
    const { phase, reason } = await record(worker, jobId);
    await worker.stop();
    return { phase, code: reason?.code };
  }

  it("declines a verification key that is a huge file, without reading it", async () => {
    const padded = new Uint8Array(2 ** 21).fill(32);
    padded.set(files.verificationKey);
    const modelId = await net.publish(model, { ...files, verificationKey: padded });
    const end = await endOf(await net.request(modelId, input), {});
    expect(end).to.deep.equal({ phase: "declined", code: "CONTENT_TOO_LARGE" });
  });

  it("does not believe that a key is of a ceremony because its manifest says so", async () => {
    const change = (manifest: ModelManifest): ModelManifest => ({
      ...manifest,
      setup: { kind: "ceremony", transcript: manifest.files.weights },
    });
    const modelId = await net.publish(model, { ...files, change });
    const end = await endOf(await net.request(modelId, input), { allowInsecureSetup: false });
    expect(end).to.deep.equal({ phase: "declined", code: "SETUP_INSECURE" });
  });

  it("gives up a version whose proof never ends, before its bond is locked, and goes on with others", async () => {
    const modelId = await net.publish(model, files);
    const endless: Prover = {
      ...prover,
      prove: (_, options) => new Promise((_resolve, reject) => rejectOnAbort(options?.signal, reject)),
    };
    const jobId = await net.request(modelId, input, { proveSeconds: 86_400 });
    const second = await net.request(modelId, input, { proveSeconds: 86_400 });
    const before = await net.transactions(PROVIDER);
    const worker = await workers.start(PROVIDER, {
      prover: endless,
      rehearsalSeconds: 1,
      terms: { models: [modelId] },
    });
    const reasons = [await record(worker, jobId), await record(worker, second)].map(({ reason }) => reason!.code);
    expect(reasons.toSorted()).to.deep.equal(["MODEL_UNPROVABLE", "TIME_TOO_SHORT"]);
    expect(await net.transactions(PROVIDER)).to.equal(before);
  });

  it("loses one bond at most to a key that fails for chosen inputs only, also across restarts", async () => {
    const modelId = await net.publish(model, files);
    const dataDirectory = await temporaryDirectory();
    // The key works until the input's first byte is 77: the job that proves it to be good says nothing of others.
    const trapped: Prover = {
      ...prover,
      verify: async (key, signals, proof) => (signals[1]! & 255n) !== 77n && prover.verify(key, signals, proof),
    };
    const first = await net.request(modelId, input);
    expect(await endOf(first, { prover: trapped, dataDirectory })).to.include({ phase: "settled" });
    const caught = await net.request(modelId, Uint8Array.of(77, 0, 0));
    expect(await endOf(caught, { prover: trapped, dataDirectory })).to.include({ phase: "failed" });

    const before = await net.transactions(PROVIDER);
    const again = await net.request(modelId, Uint8Array.of(77, 1, 1));
    const end = await endOf(again, { prover: trapped, dataDirectory });
    expect(end).to.deep.equal({ phase: "declined", code: "PROOF_NOT_VALID" });
    expect(await net.transactions(PROVIDER), "transactions after the restart").to.equal(before);
  });

  it("lets no requester discredit a version by giving it too little time", async () => {
    const modelId = await net.publish(model, files);
    // Another provider: the one before holds a claim that it would go on with first.
    await net.stake(BYSTANDER);
    let calls = 0;
    const slowAtFirst: Prover = {
      ...prover,
      prove: (job, options) =>
        calls++ === 0
          ? new Promise((_resolve, reject) => rejectOnAbort(options?.signal, reject))
          : prover.prove(job, options),
    };
    const hasty = await net.request(modelId, input, { proveSeconds: 10 });
    const worker = await workers.start(BYSTANDER, { prover: slowAtFirst, terms: { models: [modelId] } });
    const { phase, reason } = await record(worker, hasty);
    expect({ phase, code: reason?.code }).to.deep.equal({ phase: "declined", code: "TIME_TOO_SHORT" });
    const fair = await net.request(modelId, input, { proveSeconds: 600 });
    expect((await record(worker, fair)).phase).to.equal("settled");
  });
});

function rejectOnAbort(signal: AbortSignal | undefined, reject: (reason: unknown) => void): void {
  signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
}
