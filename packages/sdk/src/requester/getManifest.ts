import {
  isProvable,
  MAX_MANIFEST_BYTES,
  type ModelManifest,
  parseManifest,
  publicWordsOf,
  VerimeshError,
} from "@verimesh/core";
import { zeroAddress } from "viem";
import { cidFromHex } from "../cid.ts";
import { modelsOf } from "../client/contracts.ts";
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
 * states other word counts than the registry, or a circuit where that names no verifier; and what the store throws
 * @example
 * const manifest = await getManifest(client, { deployment, modelId: 1n, version: 1n, store });
 */
export async function getManifest(client: VerimeshClient, parameters: GetManifestParameters): Promise<ModelManifest> {
  const { deployment, modelId, version, store, signal } = parameters;
  const registered = await read(
    client,
    { ...modelsOf(deployment), functionName: "versionOf", args: [modelId, version] },
    signal,
  );
  const bytes = await store.get(cidFromHex(registered.manifestCid), { signal, maxBytes: MAX_MANIFEST_BYTES });
  const manifest = parseManifest(bytes);
  const { outputWords, inputWords } = publicWordsOf(manifest);
  if (isProvable(manifest) !== (registered.verifier !== zeroAddress)) {
    throw mismatch(
      isProvable(manifest)
        ? "It states a circuit, and the registry names no verifier."
        : "It states no circuit, and the registry names a verifier.",
    );
  }
  if (outputWords === registered.outputWords && inputWords === registered.inputWords) return manifest;
  throw mismatch(
    `It states ${outputWords} output and ${inputWords} input words, the registry ${registered.outputWords} and ` +
      `${registered.inputWords}.`,
  );

  function mismatch(details: string): VerimeshError {
    const shortMessage = `The manifest of model ${modelId} does not fit version ${version} on the registry.`;
    return new VerimeshError(shortMessage, { code: "MANIFEST_MISMATCH", details: `${details} Use another version.` });
  }
}
