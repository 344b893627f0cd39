import { selectionOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface ListModelParameters extends WriteOptions {
  readonly modelId: bigint;
  readonly version: bigint;
  /** Whether to be drawn also for jobs whose input must be fetched. Default true. */
  readonly acceptsOffChain?: boolean | undefined;
}

export type ListModelReturnType = WriteResult;

/**
 * Lists the account as a provider of a version, weighted in the draw by its stake of now. To be drawn it also needs an ask
 * (`setAsk`) and a capacity (`setCapacity`).
 * @throws VerimeshError `VersionIsDeprecated`, `VersionUnknown`, `AlreadyListed`, `ListingStakeTooLow`, and those of every
 * write
 * @example
 * await stake(client, { deployment, amount: parseEther("500") });
 * await setCapacity(client, { deployment, capacity: 4 });
 * await setAsk(client, { deployment, modelId: 1n, version: 1n, ask: parseEther("0.001") });
 * await listModel(client, { deployment, modelId: 1n, version: 1n });
 */
export async function listModel(client: VerimeshClient, parameters: ListModelParameters): Promise<ListModelReturnType> {
  const { deployment, modelId, version, acceptsOffChain = true } = parameters;
  const args = [modelId, version, acceptsOffChain] as const;
  const call = { ...selectionOf(deployment), functionName: "listModel", args } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
