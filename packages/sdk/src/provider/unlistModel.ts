import { selectionOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface UnlistModelParameters extends WriteOptions {
  readonly modelId: bigint;
  readonly version: bigint;
}

export type UnlistModelReturnType = WriteResult;

/**
 * Takes the account off the list of a version's providers, for jobs requested from now on: a draw under way may still find
 * it. Its asks are kept.
 * @throws VerimeshError `NotListed`, and those of every write
 * @example
 * await unlistModel(client, { deployment, modelId: 1n, version: 1n });
 */
export async function unlistModel(
  client: VerimeshClient,
  parameters: UnlistModelParameters,
): Promise<UnlistModelReturnType> {
  const { deployment, modelId, version } = parameters;
  const call = { ...selectionOf(deployment), functionName: "unlistModel", args: [modelId, version] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
