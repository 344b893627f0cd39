import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseManifest, requireProvable, VerimeshError } from "@verimesh/core";
import { ProcessProver } from "@verimesh/prover";
import { parseCid } from "@verimesh/storage";
import { expect } from "chai";
import type { Address } from "viem";
import { requireSoundSetup } from "../../packages/cli/src/commands/requireSoundSetup.ts";
import { errorOf, run, type Ran } from "../../packages/cli/test/run.ts";
import { build, dense } from "../../packages/compiler/test/models.ts";
import { PHASE1_FILE } from "../../packages/prover/test/ceremony/makePhase1.ts";
import { runWithBlocks } from "./cliOnChain.ts";
import { temporaryDirectory, Workers } from "./workerInProcess.ts";
import { startWorkerNetwork, type WorkerNetwork } from "./workerNetwork.ts";

const [AUTHOR, PROVIDER] = [4, 2];
const PEOPLE = ["Ada", "Björn", "Chidi"];
const BEACON = `0x${"7a".repeat(32)}`;
const SAMPLES = Array.from({ length: 20 }, (_, i) => [((i * 7) % 19) / 18, ((i * 5) % 17) / 16]);

/** Two features, two scores: small enough for the phase-1 file of the tests. */
async function writeModelFolder(name: string, seed: number): Promise<string> {
  const directory = await temporaryDirectory();
  const model = await build([2], [() => dense(2)(seed)]);
  await model.save({
    async save({ modelTopology, weightSpecs, weightData }) {
      const weightsManifest = [{ paths: ["weights.bin"], weights: weightSpecs }];
      await writeFile(join(directory, "model.json"), JSON.stringify({ modelTopology, weightsManifest }));
      await writeFile(join(directory, "weights.bin"), Buffer.from(weightData as ArrayBuffer));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    },
  });
  const about = { name, output: "argmax", labels: ["no", "yes"], input: { shape: [2], scale: [1 / 255], offset: [0] } };
  await writeFile(join(directory, "verimesh.json"), JSON.stringify(about));
  await writeFile(join(directory, "calibration.json"), JSON.stringify(SAMPLES));
  const evaluation = { samples: SAMPLES, targets: SAMPLES.map((_, i) => i % 2) };
  await writeFile(join(directory, "evaluation.json"), JSON.stringify(evaluation));
  return directory;
}

describe("verimesh setup ceremony", () => {
  let net: WorkerNetwork;
  let workers: Workers;
  let flags: string[];
  let folder: string;
  let home: string;
  const workingDirectory = process.cwd();
  const ceremony = (...args: string[]) => run("setup", "ceremony", ...args, "--json");
  const done = async <T = Record<string, unknown>>(ran: Promise<Ran>): Promise<T> => {
    const { status, stdout, stderr } = await ran;
    expect(status, stdout + stderr).to.equal(0);
    return JSON.parse(stdout.trimEnd().split("\n").at(-1)!) as T;
  };

  before(async () => {
    net = await startWorkerNetwork();
    workers = new Workers(net);
    home = await temporaryDirectory();
    const deployment = join(home, "deployment.json");
    await writeFile(deployment, JSON.stringify(net.deployment));
    flags = ["--rpc", net.rpcUrl, "--deployment", deployment, "--gateway", net.gatewayUrl, "--json"];
    process.env["XDG_CACHE_HOME"] = join(home, "cache");
    process.chdir(home);
    folder = await writeModelFolder("ceremonial", 3);
  });

  after(async () => {
    process.chdir(workingDirectory);
    delete process.env["XDG_CACHE_HOME"];
    await workers.stopAll();
    await net.close();
  });

  const at = (...names: string[]) => join(home, ...names);

  it("refuses to take a key on trust unless told to, and half of a finished ceremony", async () => {
    const untold = errorOf(await ceremony("contribute", at("0000.zkey"), "--name", "Eve", "--out", at("x.zkey")));
    expect(untold.code).to.equal("CEREMONY_FILE_UNREADABLE");
    await writeFile(at("0000.zkey"), "no key");
    const trust = errorOf(await ceremony("contribute", at("0000.zkey"), "--name", "Eve"));
    expect(trust.code).to.equal("OPTION_INVALID");
    expect(trust.details).to.contain("--on-trust");
    const half = await run("model", "register", folder, "--key", at("0000.zkey"), ...flags);
    expect(errorOf(half)).to.deep.include({ code: "OPTION_INVALID" });
  });

  it("takes three people in three folders, a beacon and a finish", async () => {
    const coordinator = at("coordinator");
    const started = await done(ceremony("start", folder, "--ptau", PHASE1_FILE, "--out", coordinator));
    expect(started["circuit"]).to.equal(join(coordinator, "circuit.r1cs"));
    let key = join(coordinator, "0000.zkey");
    for (const [i, name] of PEOPLE.entries()) {
      const own = at(name);
      await mkdir(own);
      const received = join(own, `000${i}.zkey`);
      await copyFile(key, received);
      await copyFile(join(coordinator, "circuit.r1cs"), join(own, "circuit.r1cs"));
      const checked = ["--circuit", join(own, "circuit.r1cs"), "--ptau", PHASE1_FILE];
      const against = i < 2 ? checked : ["--on-trust"];
      const sign = i === 0 ? ["--sign", ...flags, "--dev-account", "7"] : [];
      const added = await done(ceremony("contribute", received, "--name", name, ...against, ...sign));
      expect(added).to.deep.include({ index: i + 1, name, signed: i === 0 });
      // What a person passes on and publishes.
      key = join(coordinator, `000${i + 1}.zkey`);
      await copyFile(added["key"] as string, key);
      await copyFile(added["attestation"] as string, join(coordinator, `000${i + 1}.attestation.txt`));
    }
    const beacon = await done(ceremony("beacon", key, "--value", BEACON));
    expect(beacon["key"]).to.equal(join(coordinator, "0004.zkey"));
    const finish = ["finish", join(coordinator, "0004.zkey"), "--circuit", folder, "--ptau", PHASE1_FILE];
    const finished = await done<{ contributions: { name: string; attested: boolean; signedBy: string | null }[] }>(
      ceremony(...finish, "--out", at("finished")),
    );
    expect(finished.contributions.map(({ name, attested }) => [name, attested])).to.deep.equal([
      ...PEOPLE.map((name) => [name, true]),
      ["beacon", false],
    ]);
    expect(finished.contributions[0]!.signedBy).to.equal(net.account(7).address);
    expect(errorOf(await ceremony(...finish, "--out", at("finished"))).code).to.equal("CEREMONY_FILE_EXISTS");
  });

  it("names an attestation that was changed after it was signed", async () => {
    const changed = at("changed");
    await mkdir(changed);
    const text = await readFile(at("coordinator", "0001.attestation.txt"), "utf8");
    await writeFile(join(changed, "0001.attestation.txt"), text.replace(/^Name: Ada$/m, "Name: Eve"));
    const circuit = ["--circuit", at("coordinator", "circuit.r1cs"), "--ptau", PHASE1_FILE];
    const verify = await ceremony("verify", at("coordinator", "0004.zkey"), ...circuit, "--attestations", changed);
    expect(errorOf(verify)).to.deep.include({ code: "CEREMONY_ATTESTATION_INVALID" });
    expect(errorOf(verify).message).to.contain("Eve is not signed by");
  });

  describe("makes a key that", () => {
    const register = (model: string, transcript = at("finished", "transcript.json")) => {
      const finished = ["--key", at("finished", "provingKey.zkey"), "--transcript", transcript];
      const author = [...flags, "--dev-account", String(AUTHOR)];
      return run("model", "register", model, ...finished, "--ptau", PHASE1_FILE, ...author);
    };

    it("is not registered for another model", async () => {
      const error = errorOf(await register(await writeModelFolder("other", 4)));
      expect(error.code).to.equal("CEREMONY_CIRCUIT_MISMATCH");
      expect(await net.transactions(AUTHOR)).to.equal(0);
    });

    it("is not registered with a transcript that claims a better phase 1", async () => {
      const text = await readFile(at("finished", "transcript.json"), "utf8");
      await writeFile(at("claims.json"), text.replace(/(?<="blake2b": ")[0-9a-f]{128}/, "f".repeat(128)));
      const error = errorOf(await register(folder, at("claims.json")));
      expect(error.code).to.equal("CEREMONY_TRANSCRIPT_MISMATCH");
      expect(error.message).to.contain("another phase-1 file");
      expect(await net.transactions(AUTHOR)).to.equal(0);
    });

    it("is registered, believed without a flag, and proves a job", async () => {
      const { modelId, verifier, manifestCid } = await done<{
        modelId: number;
        verifier: Address;
        manifestCid: string;
      }>(register(folder));
      const manifest = requireProvable(parseManifest(await net.store.get(parseCid(manifestCid))));
      expect(manifest.setup.kind).to.equal("ceremony");

      const outside = {
        ...{ chainId: 1, verifier, client: net.client, store: net.store, signal: new AbortController().signal },
      };
      await requireSoundSetup(manifest, outside);
      const circuit = { ...manifest.circuit, r1csHash: "0".repeat(64) };
      const lying = await requireSoundSetup({ ...manifest, circuit }, outside).catch((error: unknown) => error);
      expect(lying).to.be.instanceOf(VerimeshError).with.property("code", "SETUP_INSECURE");

      await net.stake(PROVIDER);
      await net.list(PROVIDER, BigInt(modelId));
      await workers.start(PROVIDER, { prover: new ProcessProver(), allowInsecureSetup: false });
      await writeFile(at("input.json"), "[0.25, 1]");
      const ask = ["infer", "ceremonial", "--input", at("input.json"), ...flags, "--dev-account", "1"];
      const answer = await done<{ proof: object; output: { label: string } }>(runWithBlocks(net, ...ask));
      expect(answer.proof).to.deep.include({ valid: true });
      expect(answer.output.label).to.be.oneOf(["no", "yes"]);
    });
  });
});
