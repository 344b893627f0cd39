import { selectionOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface SetMinAnswerSecondsParameters extends WriteOptions {
  readonly modelId: bigint;
  readonly version: bigint;
  /** 0 (the start) for any, at most the longest that a job can give (`getMarketTerms`). */
  readonly seconds: number;
}

export type SetMinAnswerSecondsReturnType = WriteResult;

/**
 * Sets the shortest answer time with which the account is drawn for a version, from the next request on. Who misses its time
 * loses its bond, half of it to the requester who chose that time: so say what an answer, or a panel's reveal, takes.
 * Call it before `listModel`.
 * @throws VerimeshError `MinAnswerSecondsTooLong`, and those of every write
 * @example
 * await setMinAnswerSeconds(client, { deployment, modelId: 1n, version: 1n, seconds: 60 });
 */
export async function setMinAnswerSeconds(
  client: VerimeshClient,
  parameters: SetMinAnswerSecondsParameters,
): Promise<SetMinAnswerSecondsReturnType> {
  const { deployment, modelId, version, seconds } = parameters;
  const args = [modelId, version, BigInt(seconds)] as const;
  const call = { ...selectionOf(deployment), functionName: "setMinAnswerSeconds", args } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
