import { compileModel } from "@verimesh/compiler";
import { VerimeshError } from "@verimesh/core";
import { loadBackend } from "@verimesh/executor";
import { buildBundle } from "../author/buildBundle.ts";
import { readModelFolder } from "../author/readModelFolder.ts";
import { storeBundle } from "../author/storeBundle.ts";
import { connectAs, type Context, openStore } from "./Context.ts";

export interface ModelRegisterOptions {
  readonly royaltyBps: number;
  readonly allowInsecureSetup?: boolean;
}

/** Compiles a trained model, makes a development key, publishes the files and registers the model. */
export async function registerModelFolder(
  context: Context,
  directory: string,
  options: ModelRegisterOptions,
): Promise<void> {
  const { out, signal } = context;
  const royaltyBps = checkedRoyalty(options.royaltyBps);
  const { account, wallet } = await connectAs(context, "author");
  const backend = await loadBackend(["wasm", "cpu"]);
  out.progress(`Quantizing ${directory} on ${backend.description}`);
  const { name, description, layersModel, options: compileOptions } = await readModelFolder(directory);
  const compiled = compileModel(layersModel, compileOptions);
  const bundle = await buildBundle(
    { ...compiled, name, description },
    {
      signal,
      onProgress: (part, share) =>
        out.progress(`${PARTS[part]}${share === undefined ? "" : ` ${Math.round(100 * share)} %`}`),
    },
  );
  const store = openStore(context);
  out.progress("Publishing the files");
  const manifest = await storeBundle(bundle, store, { signal });
  out.progress(`Registering as ${account.address}`);
  const { modelId, version, verifier, manifestCid, transactionHash, receipt } = await wallet.registerModel({
    manifest,
    verificationKey: bundle.verificationKey,
    store,
    royaltyBps,
    allowInsecureSetup: options.allowInsecureSetup,
    signal,
  });
  const { float, integer, samples } = manifest.accuracy;
  out.facts({
    Model: `${modelId}, version ${version}: ${name}`,
    Accuracy: `${percent(float)} float, ${percent(integer)} integer, on ${samples} held-out samples`,
    Constraints: bundle.constraints.toLocaleString("en"),
    "Proving key": `${(bundle.files.provingKey.length / 2 ** 20).toFixed(1)} MiB, from a development set-up`,
    Verifier: verifier,
    Manifest: manifestCid.toString(),
    Author: account.address,
    Transaction: transactionHash,
  });
  out.result({
    modelId: Number(modelId),
    version: Number(version),
    name,
    floatAccuracy: float,
    integerAccuracy: integer,
    constraints: bundle.constraints,
    verifier,
    manifestCid: manifestCid.toString(),
    transactionHash,
    gasUsed: Number(receipt.gasUsed),
  });
}

const PARTS = { compile: "Compiling the circuit", link: "Linking the weights", setup: "Making the key" };

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
