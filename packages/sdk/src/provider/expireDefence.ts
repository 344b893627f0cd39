import { optimisticOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface ExpireDefenceParameters extends WriteOptions {
  readonly jobId: bigint;
}

export type ExpireDefenceReturnType = WriteResult;

/**
 * Ends a challenge that the provider did not answer with a proof in time: the job is refunded. Anyone may send it.
 * @throws VerimeshError `ClaimNotInStatus`, `DefenceDeadlineNotPassed`, and those of every write
 * @example
 * await expireDefence(client, { deployment, jobId });
 */
export async function expireDefence(
  client: VerimeshClient,
  parameters: ExpireDefenceParameters,
): Promise<ExpireDefenceReturnType> {
  const { deployment, jobId } = parameters;
  const call = { ...optimisticOf(deployment), functionName: "expireDefence", args: [jobId] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
