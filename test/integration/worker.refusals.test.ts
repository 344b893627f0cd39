import type { ModelManifest, Prover, VerimeshError } from "@verimesh/core";
import { tinyDenseModel } from "@verimesh/core/testing";
import { modelRegistryAbi } from "@verimesh/abi";
import { MemoryContentStore } from "@verimesh/storage";
import type { WorkerConfig } from "@verimesh/worker";
import { expect } from "chai";
import { createForgingKey } from "../helpers/forgingKey.ts";
import { forger, record, temporaryDirectory, Workers } from "./workerInProcess.ts";
import { startWorkerNetwork, type WorkerNetwork } from "./workerNetwork.ts";

const PROVIDER = 2;
const model = tinyDenseModel();
const input = Uint8Array.of(3, 200, 41);
const { prover, files } = forger(model);
const MISSING = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

describe("worker, before it puts its bond at stake", () => {
  let net: WorkerNetwork;
  let workers: Workers;
  let modelId: bigint;

  before(async () => {
    net = await startWorkerNetwork();
    workers = new Workers(net);
    modelId = await net.publish(model, files);
    await net.stake(PROVIDER);
  });

  afterEach(() => workers.stopAll());
  after(() => net.close());

  /** The job is declined for this reason, and nothing was sent. */
  async function expectDeclined(jobId: bigint, code: string, change: Partial<WorkerConfig> = {}): Promise<void> {
    const before = await net.transactions(PROVIDER);
    const worker = await workers.start(PROVIDER, { prover, ...change });
    const { phase, reason } = await record(worker, jobId);
    expect({ phase, code: reason?.code }).to.deep.equal({ phase: "declined", code });
    expect(await net.transactions(PROVIDER), "transactions").to.equal(before);
    await net.send(1, net.cancelCall(jobId));
  }

  const withManifest = (change: (manifest: ModelManifest) => ModelManifest) => net.publish(model, { ...files, change });

  it("declines a fee below its minimum, of the model or in general", async () => {
    const terms = { minimumFee: 10n ** 16n + 1n };
    await expectDeclined(await net.request(modelId, input), "FEE_TOO_LOW", { terms });
    const ofModel = { minimumFee: 0n, minimumFeeOf: { [modelId.toString()]: 10n ** 18n } };
    await expectDeclined(await net.request(modelId, input), "FEE_TOO_LOW", { terms: ofModel });
  });

  it("declines a model that it does not serve", async () => {
    await expectDeclined(await net.request(modelId, input), "MODEL_NOT_SERVED", { terms: { models: [99n] } });
  });

  it("declines a job that leaves too little time", async () => {
    const jobId = await net.request(modelId, input, { proveSeconds: 29 });
    await expectDeclined(jobId, "TIME_TOO_SHORT", { terms: { minimumProveSeconds: 30 } });
  });

  it("declines development keys where they are not allowed", async () => {
    await expectDeclined(await net.request(modelId, input), "SETUP_INSECURE", { allowInsecureSetup: false });
  });

  it("takes a job whose version was deprecated after the request", async () => {
    const deprecated = await net.publish(model, files);
    const jobId = await net.request(deprecated, input);
    const registry = { address: net.deployment.modelRegistry, abi: modelRegistryAbi };
    await net.send(0, { ...registry, functionName: "deprecateVersion", args: [deprecated, 1n] });
    const worker = await workers.start(PROVIDER, { prover });
    expect((await record(worker, jobId)).phase).to.equal("settled");
  });

  it("declines a manifest whose key is not the registered verifier's", async () => {
    const other = createForgingKey(3, 77n);
    const id = await net.publish(model, { ...files, encodedKey: other.verificationKey });
    await expectDeclined(await net.request(id, input), "VERIFIER_MISMATCH");
  });

  it("declines weights that are not the architecture's", async () => {
    const cid = (await net.store.put(Uint8Array.of(1, 2, 3))).toString();
    const id = await withManifest((manifest) => ({ ...manifest, files: { ...manifest.files, weights: cid } }));
    await expectDeclined(await net.request(id, input), "WEIGHTS_INVALID");
  });

  it("declines a manifest that describes another output than its model has", async () => {
    const id = await withManifest((manifest) => ({ ...manifest, output: { ...manifest.output, bits: 7 } }));
    await expectDeclined(await net.request(id, input), "MANIFEST_MISMATCH");
  });

  it("declines input words that no input of the model packs to", async () => {
    const jobId = await net.request(modelId, Uint8Array.of(3, 200, 41, 1));
    await expectDeclined(jobId, "INPUT_INVALID");
  });

  it("declines a version whose key gives no valid proof, found out before its bond is locked, and remembers", async () => {
    const trap: Prover = { ...prover, verify: () => Promise.resolve(false) };
    const jobId = await net.request(modelId, input);
    const second = await net.request(modelId, input);
    const before = await net.transactions(PROVIDER);
    const worker = await workers.start(PROVIDER, { prover: trap });
    const reasons = [await record(worker, jobId), await record(worker, second)].map(({ reason }) => reason!.code);
    expect(reasons.toSorted()).to.deep.equal(["MODEL_UNPROVABLE", "PROOF_NOT_VALID"]);
    expect(await net.transactions(PROVIDER)).to.equal(before);
    for (const id of [jobId, second]) await net.send(1, net.cancelCall(id));
  });

  it("waits for content that is not there yet, and takes the job when it is", async () => {
    const content = new TextEncoder().encode("published late");
    const late = await new MemoryContentStore().put(content);
    const id = await withManifest((manifest) => ({
      ...manifest,
      files: { ...manifest.files, provingKey: late.toString(), skeleton: MISSING },
    }));
    const jobId = await net.request(id, input);
    const worker = await workers.start(PROVIDER, { prover });
    await record(worker, jobId, ({ phase }) => phase === "seen");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await record(worker, jobId, () => true)).phase).to.equal("seen");
    await net.store.put(content);
    expect((await record(worker, jobId)).phase).to.equal("settled");
  });

  it("waits while its stake is too low, and claims once it is not", async () => {
    const jobId = await net.request(modelId, input);
    const worker = await workers.start(4, { prover });
    await record(worker, jobId, ({ phase }) => phase === "seen");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await record(worker, jobId, () => true)).phase).to.equal("seen");
    await net.stake(4);
    expect((await record(worker, jobId)).phase).to.equal("settled");
  });

  it("does not start without a chain, on another chain, without contracts, or on a port in use", async () => {
    const codeOf = (change: Partial<WorkerConfig>) =>
      workers.start(PROVIDER, { prover, ...change }).then(
        () => "started",
        (error: VerimeshError) => error.code,
      );
    expect(await codeOf({ rpcUrl: "http://127.0.0.1:1" })).to.equal("RPC_UNREACHABLE");
    expect(await codeOf({ deployment: { ...net.deployment, chainId: 5 } })).to.equal("CHAIN_MISMATCH");
    const nowhere = "0x00000000000000000000000000000000000000aA";
    expect(await codeOf({ deployment: { ...net.deployment, jobMarket: nowhere } })).to.equal("CONTRACT_MISSING");
    const port = Number(new URL(net.gatewayUrl).port);
    expect(await codeOf({ status: { port } })).to.equal("PORT_IN_USE");
    expect(await codeOf({ status: { port: 0 }, dataDirectory: await temporaryDirectory() })).to.equal("started");
  });
});
