import { modelRegistryAbi } from "@verimesh/abi";
import { publicWordsOf, VerimeshError } from "@verimesh/core";
import { parseEventLogs } from "viem";
import { cidToHex } from "../cid.ts";
import type { VerimeshClient, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";
import { type PublishedVersion, type VersionParameters, prepareVersion } from "./prepareVersion.ts";

export interface PublishVersionParameters extends VersionParameters {
  readonly modelId: bigint;
}

export interface PublishVersionReturnType extends WriteResult, PublishedVersion {
  readonly version: bigint;
}

/**
 * Publishes a further version of a model. Holder of the token only. Jobs of older versions run on; deprecate those that
 * should take no more.
 * @throws VerimeshError `NotModelHolder`, `ModelUnknown`, and those of `registerModel`
 * @example
 * const { version } = await publishVersion(client, { deployment, modelId: 1n, manifest, verificationKey, store });
 */
export async function publishVersion(
  client: VerimeshClient,
  parameters: PublishVersionParameters,
): Promise<PublishVersionReturnType> {
  const { deployment, modelId, manifest } = parameters;
  const published = await prepareVersion(client, parameters);
  const { outputWords, inputWords } = publicWordsOf(manifest);
  const args = [modelId, cidToHex(published.manifestCid), published.verifier, outputWords, inputWords] as const;
  const call = {
    address: deployment.modelRegistry,
    abi: modelRegistryAbi,
    functionName: "publishVersion",
    args,
  } as const;
  const { receipt, transactionHash } = await write(client, call, parameters);
  const [event] = parseEventLogs({ abi: modelRegistryAbi, eventName: "VersionPublished", logs: receipt.logs });
  if (event === undefined) {
    throw new VerimeshError(`The transaction ${transactionHash} left no VersionPublished event.`, {
      code: "CONTRACT_MISSING",
    });
  }
  return { version: event.args.version, ...published, transactionHash, receipt };
}
