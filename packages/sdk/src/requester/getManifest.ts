import { modelRegistryAbi } from "@verimesh/abi";
import { MAX_MANIFEST_BYTES, type ModelManifest, parseManifest, VerimeshError } from "@verimesh/core";
import { cidFromHex } from "../cid.ts";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import type { ContentSource } from "../content.ts";

export interface GetManifestParameters extends ReadOptions {
  readonly modelId: bigint;
  readonly version: bigint;
  /** Checks what it returns against the CID. */
  readonly store: ContentSource;
}

/**
 * Fetches and reads the manifest of a version.
 * @throws VerimeshError `ModelUnknown`, `VersionUnknown`, `CID_INVALID`, `MANIFEST_INVALID`, `MANIFEST_MISMATCH` if it
 * states other word counts than the registry; and what the store throws
 * @example
 * const manifest = await getManifest(client, { deployment, modelId: 1n, version: 1n, store });
 */
export async function getManifest(client: VerimeshClient, parameters: GetManifestParameters): Promise<ModelManifest> {
  const { deployment, modelId, version, store, signal } = parameters;
  const registered = await read(
    client,
    { address: deployment.modelRegistry, abi: modelRegistryAbi, functionName: "versionOf", args: [modelId, version] },
    signal,
  );
  const bytes = await store.get(cidFromHex(registered.manifestCid), { signal, maxBytes: MAX_MANIFEST_BYTES });
  const manifest = parseManifest(bytes);
  const { outputWords, inputWords } = manifest.circuit;
  if (outputWords === registered.outputWords && inputWords === registered.inputWords) return manifest;
  throw new VerimeshError(`The manifest of model ${modelId} does not fit version ${version} on the registry.`, {
    code: "MANIFEST_MISMATCH",
    details:
      `It states ${outputWords} output and ${inputWords} input words, the registry ${registered.outputWords} and ` +
      `${registered.inputWords}. Use another version.`,
  });
}
