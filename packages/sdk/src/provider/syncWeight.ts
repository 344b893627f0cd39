import type { Address } from "viem";
import { selectionOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { addressOf, requireAccount, write } from "../client/write.ts";

export interface SyncWeightParameters extends WriteOptions {
  readonly modelId: bigint;
  readonly version: bigint;
  /** The account itself by default; anyone may sync anyone. */
  readonly provider?: Address | undefined;
}

export type SyncWeightReturnType = WriteResult;

/**
 * Brings a listed provider's weight in the draw to its stake of now: after a stake or a delegation.
 * @throws VerimeshError `NotListed`, and those of every write
 * @example
 * await syncWeight(client, { deployment, modelId: 1n, version: 1n });
 */
export async function syncWeight(
  client: VerimeshClient,
  parameters: SyncWeightParameters,
): Promise<SyncWeightReturnType> {
  const { deployment, modelId, version } = parameters;
  const provider = parameters.provider ?? addressOf(requireAccount(client, parameters.account));
  const call = { ...selectionOf(deployment), functionName: "syncWeight", args: [provider, modelId, version] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
