import { type ModelManifest, VerimeshError } from "@verimesh/core";
import { zeroAddress } from "viem";
import { connect, type Context, openStore, type Reader } from "./Context.ts";
import { optionalStore } from "./manifests.ts";

/** Lists the registered models with what their manifests say. */
export async function listModels(context: Context): Promise<void> {
  const { out, signal } = context;
  const { client } = await connect(context);
  const models = await client.getModels({ signal });
  const store = optionalStore(context);
  const rows = [];
  for (const model of models) {
    const version = model.latestVersion;
    const manifest =
      version === undefined || !store ? undefined : await readManifest(context, client, model.modelId, version);
    rows.push({
      modelId: Number(model.modelId),
      name: model.name,
      version: version === undefined ? null : Number(version),
      holder: model.holder,
      royaltyBps: Number(model.royaltyBps),
      verifier: model.versions.find((entry) => entry.version === version)?.verifier ?? null,
      floatAccuracy: manifest?.accuracy.float ?? null,
      integerAccuracy: manifest?.accuracy.integer ?? null,
      constraints: manifest?.circuit?.constraints ?? null,
      inputShape: manifest?.input.shape ?? null,
      output: manifest?.output.kind ?? null,
      setup: manifest?.setup?.kind ?? null,
    });
  }
  if (rows.length === 0) out.line("No model is registered.");
  else {
    out.table(
      ["id", "name", "version", "input", "answer", "accuracy (integer)", "constraints", "royalty", "key"],
      rows.map((row) => [
        row.modelId,
        row.name,
        row.version ?? "deprecated",
        row.inputShape?.join("×") ?? "?",
        row.output ?? "?",
        row.integerAccuracy === null ? "?" : `${(100 * row.integerAccuracy).toFixed(1)} %`,
        row.constraints ?? (row.verifier === zeroAddress ? "no circuit" : "?"),
        `${row.royaltyBps / 100} %`,
        row.setup ?? (row.verifier === zeroAddress ? "none" : "?"),
      ]),
    );
  }
  out.result({ models: rows });
}

/** A manifest that cannot be had leaves gaps in the table, not an error: the registry's part is still true. */
async function readManifest(
  context: Context,
  client: Reader["client"],
  modelId: bigint,
  version: bigint,
): Promise<ModelManifest | undefined> {
  try {
    return await client.getManifest({ modelId, version, store: openStore(context), signal: context.signal });
  } catch (error) {
    if (!(error instanceof VerimeshError)) throw error;
    context.out.progress(`Manifest of model ${modelId}: ${error.shortMessage}`);
    return undefined;
  }
}
