import { VerimeshError } from "@verimesh/core";
import { prepareInput } from "@verimesh/sdk";
import { FileSaltStore } from "../salts/FileSaltStore.ts";
import { type Context, openStore, type Reader } from "./Context.ts";
import type { JobTermOptions, ReadJobOptions } from "./jobTerms.ts";
import { findModel } from "./manifests.ts";
import { amountText, parseAmount, parseToken } from "./payment.ts";
import { requireSoundSetup } from "./requireSoundSetup.ts";

/**
 * What the commands that ask for answers have in common: finds the model, its latest version and its
 * manifest, and, where no fee is named, offers what reaches every provider. What opens a hidden answer is kept in the data
 * directory before the request is sent.
 *
 * @throws VerimeshError OPTION_INVALID, INPUT_INVALID, MODEL_NOT_FOUND, VersionIsDeprecated, SETUP_INSECURE, TooFewProviders
 */
export async function prepareJob(
  context: Context,
  reader: Reader,
  nameOrId: string,
  options: JobTermOptions,
  { policy, values }: ReadJobOptions,
) {
  const { out, signal } = context;
  const { client, deployment } = reader;
  const token = parseToken(options.token, deployment);
  const stated = options.fee === undefined ? undefined : parseAmount("fee", options.fee, token, deployment);
  const store = openStore(context);
  const model = await findModel(reader, nameOrId, signal);
  const { modelId, latestVersion: version } = model;
  if (version === undefined) {
    throw new VerimeshError(`Model ${modelId} has no version that takes jobs.`, { code: "VersionIsDeprecated" });
  }
  const manifest = await client.getManifest({ modelId, version, store, signal });
  const { verifier } = model.versions.find((each) => each.version === version)!;
  const { allowInsecureSetup } = options;
  const { chainId } = deployment;
  await requireSoundSetup(manifest, { chainId, verifier, client, store, signal, allowInsecureSetup });
  const input = prepareInput(manifest, values);
  const { panel: panelSize, quorum, drawSeconds, answerSeconds, openSeconds, windowSeconds } = options;
  const fee = stated ?? (await client.quoteJob({ modelId, version, policy, panelSize, token, signal })).feeToReachAll;
  out.progress(
    `Asking ${model.name} (model ${modelId}, version ${version}) by ${policy} for at most ` +
      `${amountText(fee, token, deployment)}${stated === undefined ? ", what reaches every provider" : ""}`,
  );
  const salts = new FileSaltStore();
  const terms = {
    ...{ modelId, version, input, fee, token, policy, panelSize, quorum, store, salts },
    ...{ drawSeconds, answerSeconds, openSeconds, windowSeconds, fromBalance: options.fromBalance },
  };
  return { model, manifest, terms, store };
}
