import { modelRegistryAbi } from "@verimesh/abi";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface SetRoyaltyParameters extends WriteOptions {
  readonly modelId: bigint;
  /** Your share of each job's fee, in basis points. */
  readonly royaltyBps: number;
}

export type SetRoyaltyReturnType = WriteResult;

/**
 * Sets the royalty of jobs requested from now on. Holder of the token only.
 * @throws VerimeshError `NotModelHolder`, `ModelUnknown`, `RoyaltyTooHigh`, and those of every write
 * @example
 * await setRoyalty(client, { deployment, modelId: 1n, royaltyBps: 250 });
 */
export async function setRoyalty(
  client: VerimeshClient,
  parameters: SetRoyaltyParameters,
): Promise<SetRoyaltyReturnType> {
  const { deployment, modelId, royaltyBps } = parameters;
  const contract = { address: deployment.modelRegistry, abi: modelRegistryAbi } as const;
  const call = { ...contract, functionName: "setRoyalty", args: [modelId, BigInt(royaltyBps)] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
