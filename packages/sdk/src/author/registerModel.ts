import { modelRegistryAbi } from "@verimesh/abi";
import { publicWordsOf } from "@verimesh/core";
import { parseEventLogs } from "viem";
import { cidToHex } from "../cid.ts";
import type { VerimeshClient, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";
import { type PublishedVersion, type VersionParameters, prepareVersion } from "./prepareVersion.ts";

export interface RegisterModelParameters extends VersionParameters {
  /** For people, 1 to 64 bytes; the manifest's by default. */
  readonly name?: string | undefined;
  /** Your share of each job's fee, in basis points. */
  readonly royaltyBps: number;
}

export interface RegisterModelReturnType extends WriteResult, PublishedVersion {
  readonly modelId: bigint;
  /** 1. */
  readonly version: bigint;
}

/**
 * Registers a model: publishes its manifest, deploys the verifier of its key through the registry (unless it is there) and
 * mints the token. Weights, keys and the other files of the manifest must be in the store already. A model without a
 * circuit is registered without a key; its jobs are settled by quorum or challenge.
 * @throws VerimeshError `INSECURE_SETUP`, `CONTENT_MISSING`, `MANIFEST_MISMATCH`, `WordCountInvalid`, `RoyaltyTooHigh`, `ModelNameInvalid`,
 * `VerificationKeyPointInvalid`, …, and those of every write
 * @example
 * const { modelId } = await registerModel(client, {
 *   deployment, manifest, verificationKey: encodeVerificationKey(key), royaltyBps: 500, store,
 * });
 */
export async function registerModel(
  client: VerimeshClient,
  parameters: RegisterModelParameters,
): Promise<RegisterModelReturnType> {
  const { deployment, manifest, name = manifest.name, royaltyBps } = parameters;
  const published = await prepareVersion(client, parameters);
  const { manifestCid, verifier } = published;
  const { outputWords, inputWords } = publicWordsOf(manifest);
  const args = [name, BigInt(royaltyBps), cidToHex(manifestCid), verifier, outputWords, inputWords] as const;
  const call = {
    address: deployment.modelRegistry,
    abi: modelRegistryAbi,
    functionName: "registerModel",
    args,
  } as const;
  const { receipt, transactionHash, result } = await write(client, call, parameters);
  const [event] = parseEventLogs({ abi: modelRegistryAbi, eventName: "ModelRegistered", logs: receipt.logs });
  return { modelId: event?.args.modelId ?? result, version: 1n, ...published, transactionHash, receipt };
}
