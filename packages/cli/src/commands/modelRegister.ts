import { compileModel } from "@verimesh/compiler";
import { VerimeshError } from "@verimesh/core";
import { loadBackend } from "@verimesh/executor";
import { readWhole } from "@verimesh/prover";
import type { ContentStore } from "@verimesh/storage";
import { buildBundle, type BundleSource } from "../author/buildBundle.ts";
import { encodedEvaluation } from "../author/encodedEvaluation.ts";
import { readModelFolder } from "../author/readModelFolder.ts";
import { storeBundle, storeWithoutCircuit } from "../author/storeBundle.ts";
import type { FinishedFiles } from "../setup/ceremonyKey.ts";
import { approveRegistration } from "../model/approveRegistration.ts";
import { searchText } from "../model/compile.ts";
import { connectAs, type Context, openStore } from "./Context.ts";
import { LOCAL_CHAINS } from "./requireSoundSetup.ts";

export interface ModelRegisterOptions {
  readonly royaltyBps: number;
  /** False: publish the integer model alone. */
  readonly circuit: boolean;
  readonly allowInsecureSetup?: boolean;
  /** Of a finished ceremony: the .zkey, its transcript and the phase-1 file; all three or none. */
  readonly key?: string;
  readonly transcript?: string;
  readonly ptau?: string;
  /** Sends without asking, on a terminal too. */
  readonly yes?: boolean;
}

/**
 * Compiles a trained model, makes a development key or checks that of a ceremony, publishes the files and registers the
 * model. Without a circuit, only the integer model is published: whoever asks it relies on a quorum, or on challenges.
 */
export async function registerModelFolder(
  context: Context,
  directory: string,
  options: ModelRegisterOptions,
): Promise<void> {
  const { out, signal } = context;
  const royaltyBps = checkedRoyalty(options.royaltyBps);
  const ceremony = await readFinished(options);
  const { account, wallet, deployment } = await connectAs(context, "author");
  if (options.circuit && ceremony === undefined) {
    requireInsecureSetupAllowed(deployment.chainId, options.allowInsecureSetup);
  }
  const backend = await loadBackend(["wasm", "cpu"]);
  out.progress(`Quantizing ${directory} on ${backend.description}`);
  const { name, description, floatModel, options: compileOptions } = await readModelFolder(directory);
  const compiled = compileModel(floatModel, {
    ...compileOptions,
    onSearch: (progress) => out.progress(searchText(progress)),
  });
  const source = { ...compiled, name, description, evaluation: encodedEvaluation(compileOptions) };
  const store = openStore(context);
  const { manifest, ...bundle } = options.circuit
    ? await publishWithCircuit(context, store, source, ceremony)
    : { manifest: await storeWithoutCircuit(source, store, { signal }) };
  const estimate = await wallet.estimateRegistration({ manifest, ...bundle, royaltyBps, signal });
  await approveRegistration(out, estimate, options);
  out.progress(`Registering as ${account.address}`);
  const { modelId, version, verifier, manifestCid, transactionHash, receipt } = await wallet.registerModel({
    ...{ manifest, ...bundle, store, royaltyBps, signal },
    allowInsecureSetup: options.allowInsecureSetup,
  });
  const { float, integer, samples } = manifest.accuracy;
  out.facts({
    Model: `${modelId}, version ${version}: ${name}`,
    Accuracy: `${percent(float)} float, ${percent(integer)} integer, on ${samples} held-out samples`,
    Constraints: manifest.circuit?.constraints.toLocaleString("en"),
    Circuit: manifest.circuit ? undefined : "none: answers are settled by quorum, or stand until challenged",
    Key: manifest.circuit && (ceremony ? "from a ceremony, all of it checked" : "from a development set-up"),
    Verifier: manifest.circuit && verifier,
    Manifest: manifestCid.toString(),
    Author: account.address,
    Transaction: transactionHash,
  });
  out.progress(`Nobody serves it yet: a provider does by \`verimesh provider list ${name} --ask <amount>\`.`);
  out.result({
    modelId: Number(modelId),
    version: Number(version),
    name,
    floatAccuracy: float,
    integerAccuracy: integer,
    constraints: manifest.circuit?.constraints ?? null,
    verifier,
    manifestCid: manifestCid.toString(),
    transactionHash,
    gasUsed: Number(receipt.gasUsed),
    estimated: estimate.transactions.map((planned) => ({ name: planned.name, gas: Number(planned.gas) })),
  });
}

async function publishWithCircuit(
  { out, signal }: Context,
  store: ContentStore,
  source: BundleSource,
  ceremony: FinishedFiles | undefined,
) {
  const setup = ceremony ? "Checking the ceremony" : "Making the key";
  const parts = { compile: "Compiling the circuit", link: "Linking the weights", setup };
  const bundle = await buildBundle(source, {
    ...{ signal, ceremony },
    onProgress: (part, share) =>
      out.progress(`${parts[part]}${share === undefined ? "" : ` ${Math.round(100 * share)} %`}`),
  });
  out.progress("Publishing the files");
  return { manifest: await storeBundle(bundle, store, { signal }), verificationKey: bundle.verificationKey };
}

/** Before minutes are spent on compiling what would be refused in the end. */
function requireInsecureSetupAllowed(chainId: number, allowed = false): void {
  if (allowed || LOCAL_CHAINS.includes(chainId)) return;
  throw new VerimeshError("This makes a development key, whose maker can forge proofs.", {
    code: "INSECURE_SETUP",
    details: "Outside local chains run `verimesh setup ceremony`; for a test network pass --allow-insecure-setup.",
  });
}

async function readFinished(options: ModelRegisterOptions): Promise<FinishedFiles | undefined> {
  const { key, transcript, ptau, circuit } = options;
  if (key === undefined && transcript === undefined && ptau === undefined) return undefined;
  if (key !== undefined && transcript !== undefined && ptau !== undefined && circuit) {
    return { provingKey: await readWhole(key), transcript: await readWhole(transcript), ptau };
  }
  throw new VerimeshError("A ceremony's key is registered with its transcript, and checked against its phase-1 file.", {
    code: "OPTION_INVALID",
    details: "Pass --key, --transcript and --ptau together, and no --no-circuit.",
    docsPath: "ceremony.md",
  });
}

function checkedRoyalty(bps: number): number {
  if (bps <= 5000) return bps;
  throw new VerimeshError(`A royalty of ${bps} basis points is too high.`, {
    code: "OPTION_INVALID",
    details: "Expected 0 to 5000: at most half of each job's fee.",
  });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
