import { modelRegistryAbi } from "@verimesh/abi";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface DeprecateVersionParameters extends WriteOptions {
  readonly modelId: bigint;
  readonly version: bigint;
}

export type DeprecateVersionReturnType = WriteResult;

/**
 * Stops new jobs on a version, for good; running ones go on. Holder of the token only.
 * @throws VerimeshError `NotModelHolder`, `VersionUnknown`, `VersionIsDeprecated`, and those of every write
 * @example
 * await deprecateVersion(client, { deployment, modelId: 1n, version: 1n });
 */
export async function deprecateVersion(
  client: VerimeshClient,
  parameters: DeprecateVersionParameters,
): Promise<DeprecateVersionReturnType> {
  const { deployment, modelId, version } = parameters;
  const contract = { address: deployment.modelRegistry, abi: modelRegistryAbi } as const;
  const call = { ...contract, functionName: "deprecateVersion", args: [modelId, version] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
