import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ProcessProver } from "@verimesh/prover";
import { expect } from "chai";
import { parseEther, zeroAddress } from "viem";
import { errorOf, run, type Ran } from "../../packages/cli/test/run.ts";
import { build, dense } from "../../packages/compiler/test/models.ts";
import { runWithBlocks } from "./cliOnChain.ts";
import { temporaryDirectory, Workers } from "./workerInProcess.ts";
import { startWorkerNetwork, type WorkerNetwork } from "./workerNetwork.ts";

const AUTHOR = 4;
const PROVIDER = 2;
const JURORS = [5, 6, 7, 8];
const ABOUT = {
  name: "tiny",
  description: "Four features, two classes.",
  output: "argmax",
  labels: ["no", "yes"],
  input: { shape: [4], scale: [1 / 255], offset: [0] },
};
interface Planned {
  readonly estimated: readonly { readonly name: string; readonly gas: number }[];
  readonly gasUsed: number;
}
const SAMPLES = Array.from({ length: 40 }, (_, i) => [0, 1, 2, 3].map((j) => ((i * (7 + 5 * j)) % 41) / 40));

/** What an author brings: a dense 4→3 ReLU→2 network, as TensorFlow.js saves it, and its three descriptions. */
async function writeModelFolder(): Promise<string> {
  const directory = await temporaryDirectory();
  const model = await build([4], [dense(3, "relu"), dense(2, "softmax")]);
  await model.save({
    async save({ modelTopology, weightSpecs, weightData }) {
      const weightsManifest = [{ paths: ["weights.bin"], weights: weightSpecs }];
      await writeFile(join(directory, "model.json"), JSON.stringify({ modelTopology, weightsManifest }));
      await writeFile(join(directory, "weights.bin"), Buffer.from(weightData as ArrayBuffer));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    },
  });
  await writeFile(join(directory, "verimesh.json"), JSON.stringify(ABOUT));
  await writeFile(join(directory, "calibration.json"), JSON.stringify(SAMPLES.slice(0, 30)));
  const evaluation = { samples: SAMPLES.slice(30), targets: SAMPLES.slice(30).map((_, i) => i % 2) };
  await writeFile(join(directory, "evaluation.json"), JSON.stringify(evaluation));
  return directory;
}

describe("verimesh model register", () => {
  let net: WorkerNetwork;
  /** Could be on a jury of model 2 once it takes work; so little stake that the draws fall on the provider. */
  const listIdle = async (juror: number): Promise<void> => {
    await net.stake(juror, parseEther("100"));
    await net.list(juror, 2n, { capacity: 0 });
  };
  let workers: Workers;
  let flags: string[];
  let folder: string;
  const workingDirectory = process.cwd();

  before(async () => {
    net = await startWorkerNetwork();
    workers = new Workers(net);
    const directory = await temporaryDirectory();
    const deployment = join(directory, "deployment.json");
    await writeFile(deployment, JSON.stringify(net.deployment));
    flags = ["--rpc", net.rpcUrl, "--deployment", deployment, "--gateway", net.gatewayUrl, "--json"];
    process.env["XDG_CACHE_HOME"] = join(directory, "cache");
    // Where no local network of the developer's is found.
    process.chdir(directory);
  });

  beforeEach(async () => (folder = await writeModelFolder()));

  after(async () => {
    process.chdir(workingDirectory);
    delete process.env["XDG_CACHE_HOME"];
    await workers.stopAll();
    await net.close();
  });

  const as = (account: number) => [...flags, "--dev-account", String(account)];
  const register = (...options: string[]) => run("model", "register", folder, ...options, ...as(AUTHOR));
  const json = <T = object>({ stdout }: Ran): T => JSON.parse(stdout.trimEnd().split("\n").at(-1)!) as T;
  const change = async (file: string, edit: (value: never) => unknown): Promise<void> => {
    const path = join(folder, file);
    await writeFile(path, JSON.stringify(edit(JSON.parse(await readFile(path, "utf8")) as never)));
  };

  describe("refuses, before anything is published,", () => {
    afterEach(async () => expect(await net.transactions(AUTHOR)).to.equal(0));

    it("a folder that lacks a file, naming it", async () => {
      for (const file of ["verimesh.json", "calibration.json", "evaluation.json"]) {
        const path = join(folder, file);
        const content = await readFile(path);
        await rm(path);
        const error = errorOf(await register());
        expect(error.code).to.equal("MODEL_FOLDER_INVALID");
        expect(error.message).to.contain(path);
        await writeFile(path, content);
      }
      await rm(join(folder, "weights.bin"));
      const error = errorOf(await register());
      expect(error.code).to.equal("MODEL_FILE_INVALID");
      expect(error.details).to.contain("weights.bin");
    });

    it("a verimesh.json with a field that is wrong, missing or unknown, naming the field", async () => {
      const wrong: readonly [where: string, about: object][] = [
        ["at output", { ...ABOUT, output: "probabilities" }],
        ["at input.scale", { ...ABOUT, input: { ...ABOUT.input, scale: "1/255" } }],
        ["at input.shape[0]", { ...ABOUT, input: { ...ABOUT.input, shape: [-4] } }],
        ["at name", { ...ABOUT, name: "" }],
        ["at input", { ...ABOUT, input: undefined }],
        ['Unrecognized key: "royalty"', { ...ABOUT, royalty: 5 }],
      ];
      for (const [where, about] of wrong) {
        await change("verimesh.json", () => about);
        const error = errorOf(await register());
        expect(error.code, where).to.equal("MODEL_FOLDER_INVALID");
        expect(error.message).to.contain("verimesh.json");
        expect(`${error.details}\n`).to.contain(`${where}\n`);
      }
    });

    it("an unsupported layer, naming it and what to use instead", async () => {
      const thresholded = { class_name: "ThresholdedReLU", config: { name: "above", theta: 0.3 } };
      await change("model.json", (saved: { modelTopology: { config: { layers: object[] } } }) => {
        saved.modelTopology.config.layers.splice(2, 0, thresholded);
        return saved;
      });
      const error = errorOf(await register());
      expect(error.code).to.equal("LAYER_UNSUPPORTED");
      expect(error.message).to.contain('"above" (ThresholdedReLU)');
      expect(error.details).to.contain("Use ReLU.");
    });

    it("samples of another width, targets that are too few, and labels that are not one a score", async () => {
      const cases: readonly [file: string, edit: (value: never) => unknown, message: RegExp][] = [
        [
          "calibration.json",
          (rows: number[][]) => [...rows, [1, 2, 3]],
          /Sample 30 of the calibration data has 3 values/,
        ],
        ["evaluation.json", (data: object) => ({ ...data, targets: [1] }), /10 evaluation samples and 1 targets/],
        ["verimesh.json", () => ({ ...ABOUT, labels: ["yes"] }), /1 labels/],
      ];
      for (const [file, edit, message] of cases) {
        folder = await writeModelFolder();
        await change(file, edit);
        const error = errorOf(await register());
        expect(error.code).to.equal("DATA_INVALID");
        expect(error.message).to.match(message);
      }
    });

    it("a royalty above half of the fee", async () => {
      expect(errorOf(await register("--royalty-bps", "5001")).code).to.equal("OPTION_INVALID");
    });
  });

  /** What was spent on the last verifier that the registry deployed. */
  const gasOfVerifier = async (): Promise<number> => {
    const logs = await net.client.getLogs({ address: net.deployment.verifierRegistry, fromBlock: 0n });
    return Number((await net.client.getTransactionReceipt({ hash: logs.at(-1)!.transactionHash })).gasUsed);
  };

  describe("brings a model to the network, so that it", () => {
    it("is listed, asked and proved", async () => {
      const ran = await register("--royalty-bps", "250");
      expect(ran.status, ran.stdout + ran.stderr).to.equal(0);
      const registered = json<{ modelId: number; constraints: number; verifier: string }>(ran);
      expect(registered).to.deep.include({ modelId: 1, version: 1, name: "tiny" });
      const { estimated, gasUsed } = json<Planned>(ran);
      expect(estimated.map(({ name }) => name)).to.deep.equal(["deployVerifier", "registerModel"]);
      expect(estimated[0]!.gas / (await gasOfVerifier())).to.be.within(0.97, 1.03);
      expect(estimated[1]!.gas / gasUsed).to.be.within(0.97, 1.03);
      expect(ran.stderr).to.match(/deployVerifier +[\d,]+ gas .*ETH\n +registerModel +[\d,]+ gas .*ETH\n +together/);

      const { models } = json<{ models: object[] }>(await run("models", ...flags));
      expect(models).to.have.length(1);
      expect(models[0]).to.deep.include({
        name: "tiny",
        holder: net.account(AUTHOR).address,
        royaltyBps: 250,
        verifier: registered.verifier,
        constraints: registered.constraints,
        inputShape: [4],
        output: "argmax",
        setup: "insecure-dev",
      });

      await net.stake(PROVIDER);
      await net.list(PROVIDER, 1n);
      await workers.start(PROVIDER, { prover: new ProcessProver(), capacity: 8 });
      const input = join(folder, "input.json");
      await writeFile(input, "[0, 0.25, 0.5, 1]");
      const answer = await runWithBlocks(net, "infer", "tiny", "--input", input, ...as(1));
      expect(answer.status, answer.stdout + answer.stderr).to.equal(0);
      const { output, proof } = json<{ output: { label: string }; proof: object }>(answer);
      expect(output.label).to.be.oneOf(ABOUT.labels);
      expect(proof).to.deep.include({ valid: true });
    });

    it("is answered without a proof where it was registered without a circuit", async () => {
      await change("verimesh.json", () => ({ ...ABOUT, name: "large" }));
      const ran = await register("--no-circuit");
      expect(ran.status, ran.stdout + ran.stderr).to.equal(0);
      expect(json(ran)).to.deep.include({ modelId: 2, name: "large", constraints: null, verifier: zeroAddress });
      const { estimated, gasUsed } = json<Planned>(ran);
      expect(estimated.map(({ name }) => name)).to.deep.equal(["registerModel"]);
      expect(estimated[0]!.gas / gasUsed).to.be.within(0.97, 1.03);
      await net.list(PROVIDER, 2n);
      for (const juror of JURORS.slice(1)) await listIdle(juror);

      const input = join(folder, "input.json");
      await writeFile(input, "[0, 0.25, 0.5, 1]");
      const ask = (...policy: string[]) => runWithBlocks(net, "infer", "large", "--input", input, ...policy, ...as(1));
      expect(errorOf(await ask("--fee", "0.01")).code).to.equal("VersionHasNoCircuit");
      const optimistic = ["--fee", "0.01", "--policy", "optimistic", "--no-wait-final"];
      expect(errorOf(await ask(...optimistic)).code).to.equal("JuryTooLarge");
      await listIdle(JURORS[0]!);
      expect(errorOf(await ask(...optimistic, "--panel", "5")).code).to.equal("JuryTooLarge");
      const answer = await ask(...optimistic);
      expect(answer.status, answer.stdout + answer.stderr).to.equal(0);
      const { output, ...rest } = json<{ output: { label: string } }>(answer);
      expect(output.label).to.be.oneOf(ABOUT.labels);
      expect(rest).to.deep.include({ final: false, proof: null, policy: "optimistic" });
    });

    it("needs no second verifier for a key whose verifier is there", async () => {
      const ran = await register("--yes");
      expect(ran.status, ran.stdout + ran.stderr).to.equal(0);
      const { estimated, gasUsed } = json<Planned>(ran);
      expect(estimated.map(({ name }) => name)).to.deep.equal(["registerModel"]);
      expect(estimated[0]!.gas / gasUsed).to.be.within(0.97, 1.03);
    });
  });
});
