import { optimisticOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";
import { type JobSettlement, settlementIn } from "../job/settlementIn.ts";
import { getAnswer } from "./getAnswer.ts";

export interface FinalizeAnswerParameters extends WriteOptions {
  readonly jobId: bigint;
}

export interface FinalizeAnswerReturnType extends WriteResult, JobSettlement {}

/**
 * Settles an optimistic job whose answer nobody challenged in time. Anyone may send it; the answer is looked up.
 * @throws VerimeshError `JOB_NOT_ANSWERED`, `ClaimNotInStatus`, `ChallengeWindowOpen`, and those of every write
 * @example
 * await finalizeAnswer(client, { deployment, jobId });
 */
export async function finalizeAnswer(
  client: VerimeshClient,
  parameters: FinalizeAnswerParameters,
): Promise<FinalizeAnswerReturnType> {
  const { deployment, jobId, signal } = parameters;
  const { outputWords } = await getAnswer(client, { deployment, jobId, signal });
  const call = { ...optimisticOf(deployment), functionName: "finalizeAnswer", args: [jobId, outputWords] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { ...settlementIn(receipt, deployment, jobId), transactionHash, receipt };
}
