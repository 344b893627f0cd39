import {
  type DenseNode,
  type IntegerModel,
  inputWords,
  type ModelManifest,
  type Prover,
  runReference,
  serializeWeights,
  writeInputFile,
} from "@verimesh/core";
import { exampleManifest, tinyDenseModel } from "@verimesh/core/testing";
import { getAnswer, openAnswer } from "@verimesh/sdk";
import { MemoryContentStore } from "@verimesh/storage";
import type { WorkerConfig } from "@verimesh/worker";
import { expect } from "chai";
import { parseEther, toHex } from "viem";
import { createForgingKey } from "../helpers/forgingKey.ts";
import { forger, record, Workers } from "./workerInProcess.ts";
import { startWorkerNetwork, type WorkerNetwork } from "./workerNetwork.ts";

const PROVIDER = 2;
const STAKE = parseEther("1000");
const model = tinyDenseModel();
const input = Uint8Array.of(3, 200, 41);
const { prover, files } = forger(model);

/** The market's EndReason. */
const REASON = { contentUnavailable: 4, invalidProof: 5, providerDeclined: 6 } as const;

/** What an author or a requester can do to harm those who serve: each costs a decline, and no bond. */
describe("worker, with hostile authors and requesters", () => {
  let net: WorkerNetwork;
  let workers: Workers;

  // A chain each: a provider has eight declines a day.
  beforeEach(async () => {
    net = await startWorkerNetwork();
    workers = new Workers(net);
    await net.stake(PROVIDER);
  });

  afterEach(async () => {
    await workers.stopAll();
    await net.close();
  });

  async function listed(change: Partial<Parameters<WorkerNetwork["publish"]>[1]> = {}): Promise<bigint> {
    const modelId = await net.publish(model, { ...files, ...change });
    await net.list(PROVIDER, modelId);
    return modelId;
  }

  /** The worker hands the job back for this reason, and its stake is whole. */
  async function expectDeclined(
    jobId: bigint,
    [code, reason]: readonly [string, number],
    change: Partial<WorkerConfig> & { prover?: Prover } = {},
  ): Promise<void> {
    const worker = await workers.start(PROVIDER, { prover, contentSeconds: 0, ...change });
    const end = await record(worker, jobId);
    expect({ phase: end.phase, code: end.reason?.code }).to.deep.equal({ phase: "declined", code });
    const job = await net.jobOf(jobId);
    expect({ status: job.status, reason: job.reason }, "drawn again").to.deep.equal({ status: 1, reason });
    expect(await net.poolOf(PROVIDER)).to.include({ assets: STAKE, locked: 0n });
    await worker.stop();
  }

  const withManifest = (change: (manifest: ModelManifest) => ModelManifest) => listed({ change });

  it("declines a verification key that is a huge file, without reading it", async () => {
    const padded = new Uint8Array(2 ** 21).fill(32);
    padded.set(files.verificationKey);
    const modelId = await listed({ verificationKey: padded });
    const content = ["CONTENT_TOO_LARGE", REASON.contentUnavailable] as const;
    await expectDeclined(await net.request(modelId, input), content);
  });

  it("declines keys that are not the registered verifier's, weights and manifests that do not fit", async () => {
    const foreign = await listed({ encodedKey: createForgingKey(3, 77n).verificationKey });
    await expectDeclined(await net.request(foreign, input), ["VERIFIER_MISMATCH", REASON.invalidProof]);
    const cid = (await net.store.put(Uint8Array.of(1, 2, 3))).toString();
    const weights = await withManifest((m) => ({ ...m, files: { ...m.files, weights: cid } }) as ModelManifest);
    await expectDeclined(await net.request(weights, input), ["WEIGHTS_INVALID", REASON.contentUnavailable]);
    const output = await withManifest((manifest) => ({ ...manifest, output: { ...manifest.output, bits: 7 } }));
    await expectDeclined(await net.request(output, input), ["MANIFEST_MISMATCH", REASON.contentUnavailable]);
  });

  it("does not believe that a key is of a ceremony because its manifest says so", async () => {
    const modelId = await withManifest(
      (manifest) => ({ ...manifest, setup: { kind: "ceremony", transcript: manifest.files.weights } }) as ModelManifest,
    );
    const job = await net.request(modelId, input);
    await expectDeclined(job, ["SETUP_INSECURE", REASON.providerDeclined], { allowInsecureSetup: false });
  });

  it("declines input words that no input of the model packs to", async () => {
    const jobId = await net.request(await listed(), Uint8Array.of(3, 200, 41, 1));
    await expectDeclined(jobId, ["INPUT_INVALID", REASON.contentUnavailable]);
  });

  it("declines content that is not there, after looking for it for a while", async () => {
    const nowhere = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    const modelId = await withManifest(
      (manifest) => ({ ...manifest, files: { ...manifest.files, provingKey: nowhere } }) as ModelManifest,
    );
    const jobId = await net.request(modelId, input);
    await expectDeclined(jobId, ["CONTENT_NOT_FOUND", REASON.contentUnavailable], { contentSeconds: 0.5 });
  });

  it("declines every job of a key that fails for chosen inputs only, and serves no more of it", async () => {
    const modelId = await listed();
    const trapped: Prover = {
      ...prover,
      verify: async (key, signals, proof) => (signals[1]! & 255n) !== 77n && prover.verify(key, signals, proof),
    };
    const worker = await workers.start(PROVIDER, { prover: trapped });
    const good = await net.request(modelId, input);
    expect((await record(worker, good)).phase).to.equal("settled");
    const caught = await net.request(modelId, Uint8Array.of(77, 0, 0));
    expect((await record(worker, caught)).reason!.code).to.equal("PROOF_NOT_VALID");
    const next = await net.request(modelId, input);
    expect((await record(worker, next)).reason!.code).to.equal("MODEL_UNPROVABLE");
    expect(await net.poolOf(PROVIDER)).to.include({ assets: STAKE, locked: 0n });
  });

  it("steps back before the deadline from a proof that never ends", async () => {
    const modelId = await listed();
    const endless: Prover = {
      ...prover,
      prove: (job, options) =>
        (job.inputs["x"] as bigint[])[0] === 0n
          ? prover.prove(job, options)
          : new Promise((_, reject) =>
              options?.signal?.addEventListener("abort", () => reject(options.signal?.reason as Error), { once: true }),
            ),
    };
    const jobId = await net.request(modelId, input, { answerSeconds: 10 });
    await expectDeclined(jobId, ["TIME_TOO_SHORT", REASON.providerDeclined], { prover: endless });
  });

  it("leaves a job to be drawn by others whose terms it refuses, and declines it if it is", async () => {
    const jobId = await net.request(await listed(), input, { answerSeconds: 29 });
    const terms = { minimumAnswerSeconds: 30 };
    const before = await net.transactions(PROVIDER);
    const worker = await workers.start(PROVIDER, { prover, terms });
    await record(worker, jobId, ({ phase }) => phase === "seen");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await net.transactions(PROVIDER), "its own draw is not sent").to.equal(before);
    await worker.stop();
    await net.assign(1, jobId);
    await expectDeclined(jobId, ["TIME_TOO_SHORT", REASON.providerDeclined], { terms });
  });

  it("votes that the input cannot be had where it is withheld from a panel, and loses nothing", async () => {
    const wide = wideModel();
    const modelId = await net.publish(wide, forger(wide).files);
    const members = [PROVIDER, 3, 4];
    for (const provider of members.slice(1)) await net.stake(provider);
    for (const provider of members) await net.list(provider, modelId);
    const bytes = new Uint8Array(130).fill(7);
    // A CID that is right, of bytes that nobody shows.
    const withheld = await new MemoryContentStore().put(bytes);
    const panel = members.map((provider) => workers.start(provider, { prover, contentSeconds: 0 }));
    const terms = { policy: "quorum", inputCid: toHex(withheld.bytes), windowSeconds: 60 } as const;
    const jobId = await net.request(modelId, bytes, terms);
    for (const worker of await Promise.all(panel)) {
      const { phase, reason } = await record(worker, jobId);
      expect({ phase, code: reason?.code }).to.deep.equal({ phase: "refunded", code: "CONTENT_UNAVAILABLE" });
    }
    const { status, reason } = await net.jobOf(jobId);
    expect({ status, reason }).to.deep.equal({ status: 5, reason: REASON.contentUnavailable });
    for (const provider of members) expect(await net.poolOf(provider)).to.include({ assets: STAKE, locked: 0n });
  });

  it("declines an input that is another than the job's words commit to, and answers when it is the right one", async () => {
    const wide = wideModel();
    const own = forger(wide);
    const modelId = await net.publish(wide, own.files);
    await net.list(PROVIDER, modelId);
    const bytes = new Uint8Array(130).fill(7);
    const other = await net.store.put(new Uint8Array(130).fill(8));
    const swapped = await net.request(modelId, bytes, { inputCid: toHex(other.bytes) });
    const refused = ["INPUT_INVALID", REASON.contentUnavailable] as const;
    await expectDeclined(swapped, refused, { prover: own.prover });
    const right = await net.store.put(bytes);
    const jobId = await net.request(modelId, bytes, { inputCid: toHex(right.bytes) });
    const worker = await workers.start(PROVIDER, { prover: own.prover });
    expect((await record(worker, jobId)).phase).to.equal("settled");
  });

  it("declines a hidden input whose file has another salt, and gives an answer that only its requester can open", async () => {
    const hidden: IntegerModel = { ...model, hides: "inputAndOutput" };
    const own = forger(hidden);
    const modelId = await net.publish(hidden, own.files);
    await net.list(PROVIDER, modelId);
    const salt = 2n ** 250n + 7n;
    const words = inputWords(input, { hides: hidden.hides, salt });
    const request = async (file: Uint8Array) => {
      const inputCid = toHex((await net.store.put(file)).bytes);
      return net.request(modelId, input, { inputWords: words, inputCid });
    };
    const refused = ["INPUT_INVALID", REASON.contentUnavailable] as const;
    for (const file of [writeInputFile({ bytes: input, salt: salt + 1n }), input]) {
      await expectDeclined(await request(file), refused, { prover: own.prover });
    }
    const jobId = await request(writeInputFile({ bytes: input, salt }));
    const end = await record(await workers.start(PROVIDER, { prover: own.prover }), jobId);
    expect(end.phase).to.equal("settled");
    const { outputWords } = await getAnswer(net.client, { deployment: net.deployment, jobId });
    const manifest = exampleManifest(hidden, {
      weights: String(await net.store.put(serializeWeights(hidden).weights)),
    });
    const opening = { manifest, outputWords, store: net.store };
    const answer = await openAnswer({ ...opening, input: { bytes: input, salt } });
    expect(answer).to.deep.include({ kind: "argmax", index: runReference(hidden, input).output[0] });
    const guess = await openAnswer({ ...opening, input: { bytes: input, salt: 0n } }).catch((error: unknown) => error);
    expect(guess).to.have.property("code", "ANSWER_NOT_OPENED");
  });
});

/** An input of 130 bytes does not fit the words of a request: it is fetched by its CID. */
function wideModel(): IntegerModel {
  const node: DenseNode = {
    ...{ kind: "dense", name: "logits", source: 0, inputs: 130, units: 2 },
    weights: Int8Array.from({ length: 260 }, (_, index) => (index % 3) - 1),
    bias: Int32Array.of(1, 0),
  };
  return {
    format: "verimesh-integer-model/2",
    inputShape: [130],
    nodes: [node],
    output: { kind: "argmax" },
    hides: "nothing",
  };
}
