/** A job of every kind on one chain, for the audits: each settled, or ended otherwise, as users do it. */
import {
  type IntegerModel,
  type ModelManifest,
  outputPackingOf,
  outputWords,
  packOutputs,
  publicSignals,
  runReference,
  serializeWeights,
  verificationKeyToJson,
  decodeVerificationKey,
} from "@verimesh/core";
import { dense, exampleManifest, tinyDenseModel, withoutCircuit } from "@verimesh/core/testing";
import { MemorySaltStore, type PreparedInput, prepareInput } from "@verimesh/sdk";
import { type Address, isAddressEqual, keccak256, parseEther } from "viem";
import { bindingFor, forgingKey, mineSeed, type Person, sdkFixture, sendTokens } from "./sdkFixture.ts";

export type Kind =
  | "proof"
  | "proof in tokens, with delegators"
  | "proof, hidden"
  | "proof, in the open round"
  | "proof, after a miss"
  | "refunded, after a step back and a miss"
  | "cancelled"
  | "quorum, with a dissenter"
  | "quorum, undrawn again"
  | "unchallenged, input by CID"
  | "challenged and proven"
  | "challenged and not proven"
  | "upheld by a jury"
  | "overturned by a jury"
  | "without a jury";

export interface Asked {
  readonly model: IntegerModel;
  readonly manifest: ModelManifest;
  readonly modelId: bigint;
}

export type KindNetwork = Awaited<ReturnType<typeof startKindNetwork>>;

const ASK = parseEther("0.001");
const FEE = parseEther("0.01");
const SECONDS = 600;
const wideModel: IntegerModel = {
  format: "verimesh-integer-model/2",
  inputShape: [125],
  nodes: [
    dense(
      "scores",
      0,
      Array.from({ length: 125 }, (_, i) => [i % 7, 3 - (i % 5)]),
      [11, -4],
    ),
  ],
  output: { kind: "argmax" },
  hides: "nothing",
};

/**
 * The protocol with three models: one with a circuit (its key's secret is the test's, so that proofs take no prover), one
 * that hides input and answer, and one without a circuit whose inputs lie off the chain. Nine providers serve them all.
 */
export async function startKindNetwork() {
  const world = await sdkFixture();
  const { author, stranger, requester, deployer, deployment, store, rivals, networkHelpers } = world;
  const providers = [world.provider, ...rivals.slice(0, 8)];
  const salts = new MemorySaltStore();
  const jobs = new Map<Kind, bigint>();

  const file = async (bytes: Uint8Array): Promise<string> => String(await store.put(bytes));
  const publish = async (model: IntegerModel, provable: boolean): Promise<Asked> => {
    const key = verificationKeyToJson(decodeVerificationKey(forgingKey.verificationKey));
    // No audit of a job looks at these.
    const unused = await file(Uint8Array.of(0));
    const stated = exampleManifest(model, {
      ...{ provingKey: unused, witnessCalculator: unused, skeleton: unused },
      weights: await file(serializeWeights(model).weights),
      verificationKey: await file(new TextEncoder().encode(JSON.stringify(key))),
    });
    const manifest = provable ? stated : withoutCircuit(stated);
    const verificationKey = provable ? forgingKey.verificationKey : undefined;
    const { modelId } = await author.registerModel({ manifest, verificationKey, royaltyBps: 500, store });
    return { model, manifest, modelId };
  };
  const models = {
    open: await publish(tinyDenseModel(), true),
    hidden: await publish({ ...tinyDenseModel(), hides: "inputAndOutput" }, true),
    wide: await publish(wideModel, false),
  };
  await sendTokens(deployer, deployment.token, stranger.account.address, parseEther("1000"));
  for (const person of providers) {
    await person.stake({ amount: parseEther("2000") });
    await person.setCapacity({ capacity: 15 });
    for (const { modelId } of Object.values(models)) {
      await person.setAsk({ modelId, version: 1n, ask: ASK });
      await person.listModel({ modelId, version: 1n });
    }
    await person.setAsk({ modelId: models.open.modelId, version: 1n, ask: 2n * ASK, token: deployment.token });
  }

  const personOf = (address: Address): Person =>
    providers.find(({ account }) => isAddressEqual(account.address, address))!;
  const inputOf = ({ manifest, model }: Asked): PreparedInput =>
    prepareInput(
      manifest,
      Uint8Array.from({ length: model.inputShape[0]! }, (_, i) => (i * 41 + 7) % 256),
    );
  const answerOf = ({ model }: Asked, { bytes, salt }: PreparedInput): bigint[] => {
    const packed = packOutputs(runReference(model, bytes).output, outputPackingOf(model));
    return outputWords(packed, { hides: model.hides, salt });
  };
  const pass = async (seconds: number): Promise<void> => {
    await networkHelpers.time.increase(seconds);
    await networkHelpers.mine(1);
  };

  interface Running {
    readonly jobId: bigint;
    readonly asked: Asked;
    readonly input: PreparedInput;
    readonly answer: readonly bigint[];
  }
  async function request(kind: Kind, asked: Asked, terms: object = {}): Promise<Running> {
    const input = inputOf(asked);
    const { jobId } = await requester.requestJob({
      ...{ modelId: asked.modelId, version: 1n, input, fee: FEE, store, salts },
      ...{ drawSeconds: SECONDS, answerSeconds: SECONDS, openSeconds: SECONDS, ...terms },
    });
    jobs.set(kind, jobId);
    return { jobId, asked, input, answer: answerOf(asked, input) };
  }
  async function assign(jobId: bigint): Promise<Person> {
    await mineSeed(world);
    const { provider } = await stranger.assignJob({ jobId });
    return provider === undefined ? assign(jobId) : personOf(provider);
  }
  async function panel(jobId: bigint): Promise<Person[]> {
    await mineSeed(world);
    const { providers: members } = await stranger.drawPanel({ jobId });
    return members.length === 0 ? panel(jobId) : members.map(personOf);
  }
  function prove({ jobId, asked, input, answer }: Running, person: Person) {
    const binding = bindingFor(person.account.address, jobId, deployment);
    const signals = publicSignals(asked.model, runReference(asked.model, input.bytes), binding, input.salt);
    return { jobId, inputWords: input.inputWords, outputWords: answer, proof: forgingKey.prove(signals) };
  }
  async function vote(jobId: bigint, members: readonly Person[], answers: readonly (readonly bigint[])[]) {
    const salt = ({ account }: Person) => keccak256(account.address);
    for (const [i, member] of members.entries()) {
      if (answers[i]) await member.commitAnswer({ jobId, outputWords: answers[i], salt: salt(member) });
    }
    if (answers.length < members.length) await pass(SECONDS + 1);
    for (const [i, member] of members.entries()) {
      if (answers[i]) await member.revealAnswer({ jobId, outputWords: answers[i], salt: salt(member) });
    }
  }
  const lie = ([word, ...rest]: readonly bigint[]): bigint[] => [word! ^ 1n, ...rest];

  const make: Readonly<Record<Kind, (kind: Kind) => Promise<void>>> = {
    async proof(kind) {
      const job = await request(kind, models.open);
      const person = await assign(job.jobId);
      await person.submitProof(prove(job, person));
    },
    async "proof in tokens, with delegators"(kind) {
      for (const person of providers) {
        await stranger.delegate({ provider: person.account.address, amount: parseEther("20") });
      }
      const job = await request(kind, models.open, { token: deployment.token });
      const person = await assign(job.jobId);
      await person.submitProof(prove(job, person));
    },
    async "proof, hidden"(kind) {
      const job = await request(kind, models.hidden);
      const person = await assign(job.jobId);
      await person.submitProof(prove(job, person));
    },
    async "proof, in the open round"(kind) {
      const job = await request(kind, models.open);
      await pass(SECONDS + 1);
      await providers[1]!.submitProof(prove(job, providers[1]!));
    },
    async "proof, after a miss"(kind) {
      const job = await request(kind, models.open);
      await assign(job.jobId);
      await pass(SECONDS + 1);
      await stranger.expireAssignment({ jobId: job.jobId });
      const person = await assign(job.jobId);
      await person.submitProof(prove(job, person));
    },
    async "refunded, after a step back and a miss"(kind) {
      const { jobId } = await request(kind, models.open);
      await (await assign(jobId)).declineJob({ jobId, reason: "contentUnavailable" });
      await assign(jobId);
      await pass(SECONDS + 1);
      await stranger.expireAssignment({ jobId });
      await pass(2 * SECONDS + 1);
      await stranger.refundJob({ jobId });
    },
    async cancelled(kind) {
      const { jobId } = await request(kind, models.open);
      await requester.cancelJob({ jobId });
    },
    async "quorum, with a dissenter"(kind) {
      const { jobId, answer } = await request(kind, models.open, { policy: "quorum", openSeconds: 0 });
      await vote(jobId, await panel(jobId), [answer, lie(answer), answer]);
    },
    async "quorum, undrawn again"(kind) {
      const { jobId, answer } = await request(kind, models.open, { policy: "quorum", openSeconds: 0 });
      await vote(jobId, await panel(jobId), [answer, lie(answer)]);
      await pass(2 * SECONDS + 1);
      await stranger.endOverdueJob({ jobId });
      await pass(2 * SECONDS + 1);
      await stranger.endOverdueJob({ jobId });
    },
    async "unchallenged, input by CID"(kind) {
      const { jobId, answer } = await request(kind, models.wide, { policy: "optimistic" });
      await (await assign(jobId)).submitAnswer({ jobId, outputWords: answer });
      await pass(SECONDS + 1);
      await stranger.finalizeAnswer({ jobId });
    },
    async "challenged and proven"(kind) {
      const job = await request(kind, models.open, { policy: "optimistic" });
      const { jobId, answer } = job;
      const person = await assign(jobId);
      await person.submitAnswer({ jobId, outputWords: answer });
      await stranger.challengeAnswer({ jobId });
      await person.defendAnswer(prove(job, person));
    },
    async "challenged and not proven"(kind) {
      const { jobId, answer } = await request(kind, models.open, { policy: "optimistic" });
      await (await assign(jobId)).submitAnswer({ jobId, outputWords: lie(answer) });
      await stranger.challengeAnswer({ jobId });
      await pass(SECONDS + 1);
      await stranger.expireDefence({ jobId });
    },
    async "upheld by a jury"(kind) {
      const { jobId, answer } = await request(kind, models.wide, { policy: "optimistic", panelSize: 3 });
      await (await assign(jobId)).submitAnswer({ jobId, outputWords: answer });
      await stranger.challengeAnswer({ jobId });
      await vote(jobId, await panel(jobId), [answer, answer, answer]);
    },
    async "overturned by a jury"(kind) {
      const { jobId, answer } = await request(kind, models.wide, { policy: "optimistic", panelSize: 3 });
      await (await assign(jobId)).submitAnswer({ jobId, outputWords: lie(answer) });
      await stranger.challengeAnswer({ jobId });
      await vote(jobId, await panel(jobId), [lie(answer), answer, answer]);
    },
    async "without a jury"(kind) {
      const { jobId, answer } = await request(kind, models.wide, { policy: "optimistic", panelSize: 3 });
      await (await assign(jobId)).submitAnswer({ jobId, outputWords: answer });
      await stranger.challengeAnswer({ jobId });
      await pass(2 * SECONDS + 1);
      await stranger.endOverdueJob({ jobId });
    },
  };
  for (const [kind, run] of Object.entries(make) as [Kind, (kind: Kind) => Promise<void>][]) {
    try {
      await run(kind);
    } catch (cause) {
      throw new Error(`a job of the kind "${kind}" could not be made`, { cause });
    }
  }
  return { ...world, models, salts, jobs, request, assign, prove, lie };
}
