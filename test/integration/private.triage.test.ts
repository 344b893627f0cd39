import { readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildBundle, storeBundle } from "@verimesh/cli";
import { compileModel } from "@verimesh/compiler";
import {
  BN254_SCALAR_ORDER,
  type Hiding,
  type IntegerModel,
  inputWords,
  type ModelManifest,
  outputWords,
  packInput,
  poseidonCommitment,
  runReference,
} from "@verimesh/core";
import { labels, output, train, variants } from "@verimesh/example-private-triage/model";
import { askTriage, type Clinic, openTriage } from "@verimesh/example-private-triage/triage";
import type { Sample } from "@verimesh/example-training";
import { type OpenedProver, openProver } from "@verimesh/prover";
import {
  decodeAnswer,
  type KeptInput,
  keptInputFromText,
  MemorySaltStore,
  openAnswer,
  openJobAnswer,
  prepareInput,
  type SaltStore,
  verimeshActions,
} from "@verimesh/sdk";
import { assert } from "chai";
import { bytesToHex, createWalletClient, http, numberToHex, parseEther } from "viem";
import { hardhat } from "viem/chains";
import { type Ran, run } from "../../packages/cli/test/run.ts";
import { runWithBlocks } from "./cliOnChain.ts";
import { expectError } from "./sdkFixture.ts";
import { forger, temporaryDirectory, Workers } from "./workerInProcess.ts";
import { startWorkerNetwork, type WorkerNetwork } from "./workerNetwork.ts";

const [AUTHOR, REQUESTER, PROVIDER, STRANGER] = [0, 1, 2, 4];
const FEE = parseEther("0.01");
const MIN_ACCURACY = 0.95;

/** All that anyone can try who has no salt: the input itself, or a commitment with none, or with one that is easily guessed. */
function guessesOf(bytes: Uint8Array): bigint[] {
  const salts = [0n, 1n, BN254_SCALAR_ORDER - 1n];
  const words = packInput(bytes);
  const salted = salts.map((salt) => inputWords(bytes, { hides: "input", salt })[0]!);
  return [...words, poseidonCommitment(words), ...salted];
}

/** Which input of a dictionary these public words give away. */
function guess(words: readonly bigint[], dictionary: readonly Uint8Array[]): number | undefined {
  const found = dictionary.findIndex((bytes) => guessesOf(bytes).some((word) => words.includes(word)));
  return found < 0 ? undefined : found;
}

interface Registered {
  readonly modelId: bigint;
  readonly manifest: ModelManifest;
  readonly model: IntegerModel;
  /** Each patient's input. */
  readonly dictionary: readonly Uint8Array[];
}

describe("private triage, with real circuits and proofs", () => {
  let net: WorkerNetwork;
  let workers: Workers;
  let prover: OpenedProver;
  let patients: readonly Sample[];
  let directory: string;
  let providersDirectory: string;
  let flags: string[];
  const models: Partial<Record<Hiding, Registered>> = {};
  const workingDirectory = process.cwd();
  const clientOf = (index: number) => {
    const transport = http(net.rpcUrl, { retryCount: 0 });
    const account = net.account(index);
    return createWalletClient({ account, chain: hardhat, transport, pollingInterval: 20 }).extend(
      verimeshActions(net.deployment),
    );
  };
  const clinic = (salts: SaltStore, index = REQUESTER): Clinic => {
    const { deployment, store } = net;
    return { client: clientOf(index), deployment, store, salts };
  };

  before(async function () {
    this.timeout(300_000);
    net = await startWorkerNetwork();
    workers = new Workers(net);
    prover = await openProver();
    const { floatModel, inputEncoding, training, heldOut } = await train();
    patients = heldOut;
    await net.stake(PROVIDER);
    for (const { name, description, hides } of variants) {
      const compiled = compileModel(floatModel, {
        ...{ inputEncoding, output, labels, hides },
        calibration: training.map(({ features }) => features),
        evaluation: { samples: heldOut.map(({ features }) => features), targets: heldOut.map(({ label }) => label) },
      });
      assert.isAtLeast(compiled.accuracy.integer, MIN_ACCURACY);
      const bundle = await buildBundle({ ...compiled, name, description });
      assert.equal(bundle.constraints, compiled.constraints);
      const manifest = await storeBundle(bundle, net.store);
      const { verificationKey } = bundle;
      const terms = { manifest, verificationKey, royaltyBps: 0, store: net.store };
      const { modelId } = await clientOf(AUTHOR).registerModel(terms);
      await net.list(PROVIDER, modelId);
      const dictionary = heldOut.map(({ features }) => prepareInput(manifest, features, { clamp: true }).bytes);
      models[hides] = { modelId, manifest, model: compiled.model, dictionary };
    }
    const { manifest, model, dictionary } = models.input!;
    const open: IntegerModel = { ...model, hides: "nothing" };
    models.nothing = { modelId: await net.publish(open, forger(open).files), manifest, model: open, dictionary };
    providersDirectory = join(await temporaryDirectory(), "worker");
    await workers.start(PROVIDER, { prover, capacity: 8, dataDirectory: providersDirectory });
    directory = await temporaryDirectory();
    const deployment = join(directory, "deployment.json");
    await writeFile(deployment, JSON.stringify(net.deployment));
    flags = ["--rpc", net.rpcUrl, "--deployment", deployment, "--gateway", net.gatewayUrl, "--json"];
    process.env["XDG_CACHE_HOME"] = join(directory, "cache");
    process.env["XDG_STATE_HOME"] = join(directory, "state");
    process.chdir(directory);
  });

  after(async () => {
    process.chdir(workingDirectory);
    delete process.env["XDG_CACHE_HOME"];
    delete process.env["XDG_STATE_HOME"];
    await workers.stopAll();
    await prover.terminate();
    await net.close();
  });

  const json = <T>({ stdout }: Ran): T => JSON.parse(stdout.trimEnd().split("\n").at(-1)!) as T;

  async function ask({ modelId }: Registered, patient: number, salts: SaltStore): Promise<bigint> {
    const measures = patients[patient]!.features;
    const jobId = await askTriage(clinic(salts), { modelId, version: 1n, measures, fee: FEE });
    await net.mine();
    return jobId;
  }

  /** What the model says of a patient, by its reference. */
  const expected = ({ model, dictionary }: Registered, patient: number): string =>
    labels[runReference(model, dictionary[patient]!).output[0]!]!;

  const requestOf = (jobId: bigint) => clientOf(STRANGER).getJobRequest({ jobId });

  /** What everyone sees: of each transaction its data, of each event its topics and data. */
  async function chainText(): Promise<string> {
    const last = await net.client.getBlockNumber({ cacheTime: 0 });
    const blocks = Array.from({ length: Number(last) + 1 }, (_, i) => BigInt(i));
    const read = blocks.map((blockNumber) => net.client.getBlock({ blockNumber, includeTransactions: true }));
    const calls = (await Promise.all(read)).flatMap(({ transactions }) => transactions.map(({ input }) => input));
    const logs = await net.client.getLogs({ fromBlock: 0n, toBlock: last });
    return [...calls, ...logs.flatMap(({ topics, data }) => [...topics, data])].join("\n").toLowerCase();
  }

  it("refuses to ask about a patient where the model hides nothing", async () => {
    const { modelId } = models.nothing!;
    const question = { modelId, version: 1n, measures: patients[0]!.features, fee: FEE };
    await expectError("MODEL_NOT_PRIVATE", () => askTriage(clinic(new MemorySaltStore()), question));
  });

  it("sends nothing where the salt cannot be kept", async () => {
    const before = await net.transactions(REQUESTER);
    const forgetful: SaltStore = { put: () => Promise.resolve(), get: () => Promise.resolve(undefined) };
    await expectError("SALT_NOT_KEPT", () => ask(models.inputAndOutput!, 0, forgetful));
    assert.equal(await net.transactions(REQUESTER), before);
  });

  it("is found out by whoever tries all patients, where there is no salt", async () => {
    const { modelId, dictionary } = models.nothing!;
    const jobId = await net.request(modelId, dictionary[5]!);
    assert.equal(guess((await requestOf(jobId)).inputWords, dictionary), 5);
    assert.equal(guess([poseidonCommitment(packInput(dictionary[7]!))], dictionary), 7);
  });

  for (const hides of ["input", "inputAndOutput"] as const) {
    it(`proves and settles what hides ${hides}, and shows the chain nothing of the patient`, async () => {
      const registered = models[hides]!;
      const salts = new MemorySaltStore();
      const jobs = [await ask(registered, 3, salts), await ask(registered, 3, salts)];
      for (const jobId of jobs) {
        assert.equal(await openTriage(clinic(salts), jobId), expected(registered, 3));
        assert.isTrue((await clientOf(STRANGER).verifyOnChain({ jobId })).valid);
      }
      const requests = await Promise.all(jobs.map(requestOf));
      const [first, second] = requests.map(({ inputWords }) => inputWords);
      assert.notDeepEqual(first, second, "the same patient twice");
      assert.notEqual(String(requests[0]!.inputCid), String(requests[1]!.inputCid));
      const seen = await chainText();
      for (const { inputWords } of requests) {
        assert.isUndefined(guess(inputWords, registered.dictionary));
        const { bytes, salt } = (await salts.get(inputWords[0]!))!;
        assert.include(seen, numberToHex(inputWords[0]!, { size: 32 }).slice(2));
        const secrets = [bytesToHex(bytes), numberToHex(salt, { size: 32 })];
        for (const word of packInput(bytes)) secrets.push(numberToHex(word, { size: 32 }));
        for (const secret of secrets) assert.notInclude(seen, secret.slice(2));
      }
    });
  }

  it("gives an answer that is hidden to nobody without its input and salt", async () => {
    const registered = models.inputAndOutput!;
    const salts = new MemorySaltStore();
    const jobId = await ask(registered, 3, salts);
    const other = await ask(registered, 4, salts);
    await openTriage(clinic(salts), other);
    await openTriage(clinic(salts), jobId);
    const { deployment, store } = net;
    const client = clientOf(STRANGER);
    const { manifest } = registered;
    const { outputWords: words } = await client.getAnswer({ jobId });
    const [commitment] = (await requestOf(jobId)).inputWords;
    const input = (await salts.get(commitment!))!;
    const theirs = (await salts.get((await requestOf(other)).inputWords[0]!))!;
    assert.throws(() => decodeAnswer(manifest, words), /hides its answers/);
    for (const answer of labels.keys()) {
      for (const salt of [0n, 1n, theirs.salt]) {
        assert.notDeepEqual(outputWords([BigInt(answer)], { hides: "inputAndOutput", salt }), [...words]);
      }
      assert.notDeepEqual([BigInt(answer)], [...words]);
    }
    const open = (changed: SaltStore) => openJobAnswer(client, { deployment, jobId, store, salts: changed });
    const holding = (kept?: KeptInput): SaltStore => ({
      put: () => Promise.resolve(),
      get: () => Promise.resolve(kept),
    });
    const lost = await expectError("SALT_LOST", () => open(new MemorySaltStore()));
    assert.include(lost.shortMessage, `job ${jobId}`);
    await expectError("SALT_NOT_OF_JOB", () => open(holding({ ...input, salt: input.salt ^ 1n })));
    await expectError("SALT_NOT_OF_JOB", () => open(holding({ ...input, salt: theirs.salt })));
    await expectError("SALT_NOT_OF_JOB", () => open(holding(theirs)));
    await expectError("SALT_NOT_OF_JOB", () => open(holding({ ...input, bytes: theirs.bytes })));
    const opening = { manifest, store, input };
    await expectError("ANSWER_NOT_OPENED", () => openAnswer({ ...opening, outputWords: [words[0]! ^ 1n] }));
    await expectError("ANSWER_NOT_OPENED", () => openAnswer({ ...opening, outputWords: words, input: theirs }));
    const { answer } = await open(holding(input));
    assert.propertyVal(answer, "label", expected(registered, 3));
  });

  it("shows by command what is hidden, and opens it where the salt is kept", async () => {
    const { modelId, dictionary } = models.inputAndOutput!;
    const file = join(directory, "biopsy.bin");
    await writeFile(file, dictionary[9]!);
    const account = ["--dev-account", String(REQUESTER)];
    const asked = await runWithBlocks(net, "infer", String(modelId), "--input", file, ...flags, ...account);
    assert.equal(asked.status, 0, asked.stdout + asked.stderr);
    const { jobId, saltFile, output: given } = json<{ jobId: number; saltFile: string; output: object }>(asked);
    const label = expected(models.inputAndOutput!, 9);
    assert.propertyVal(given, "label", label);
    assert.equal((await stat(saltFile)).mode & 0o777, 0o600);
    const { salt } = keptInputFromText(await readFile(saltFile, "utf8"));
    for (const text of [String(salt), salt.toString(16)]) assert.notInclude(asked.stdout + asked.stderr, text);
    const later = json<Record<string, unknown>>(await run("job", String(jobId), ...flags));
    assert.deepInclude(later, { output: given, hides: "inputAndOutput" });
    await rename(saltFile, `${saltFile}.away`);
    const without = await run("job", String(jobId), ...flags);
    assert.equal(without.status, 0);
    assert.deepInclude(json<Record<string, unknown>>(without), {
      output: null,
      hides: "inputAndOutput",
      status: "settled",
    });
    assert.include(without.stderr, `The salt of job ${jobId} is not here`);
    const text = await run("job", String(jobId), ...flags.slice(0, -1));
    assert.match(text.stdout, /Answer +hidden behind a commitment/);
    assert.notInclude(text.stdout, label);
  });

  it("leaves the input to nobody else on the machines of the requester and the provider", async () => {
    const { modelId, dictionary } = models.inputAndOutput!;
    const file = join(directory, "scan.bin");
    await writeFile(file, dictionary[11]!);
    const account = ["--dev-account", String(REQUESTER)];
    const asked = await runWithBlocks(net, "infer", String(modelId), "--input", file, ...flags, ...account);
    assert.equal(asked.status, 0, asked.stdout + asked.stderr);
    for (const kept of [join(directory, "cache"), join(directory, "state"), providersDirectory]) {
      const holding = await filesWith(kept, dictionary[11]!);
      assert.isNotEmpty(holding, kept);
      for (const path of holding) assert.equal((await stat(path)).mode & 0o777, 0o600, path);
    }
    const signed = join(directory, "signed.json");
    const terms = [...flags, ...account, "--input", file, "--out", signed];
    const { status, stderr } = await run("request", "sign", String(modelId), ...terms);
    assert.equal(status, 0, stderr);
    assert.equal((await stat(signed)).mode & 0o777, 0o600);
  });

  /** The files below a folder that hold these bytes, as they are or in hexadecimal. */
  async function filesWith(folder: string, bytes: Uint8Array): Promise<string[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const [raw, hex] = [Buffer.from(bytes), Buffer.from(bytes).toString("hex")];
    const holds = async (path: string): Promise<boolean> => {
      const content = await readFile(path);
      return content.includes(raw) || content.includes(hex);
    };
    const held = await Promise.all(paths.map(holds));
    return paths.filter((_, index) => held[index]);
  }
});
