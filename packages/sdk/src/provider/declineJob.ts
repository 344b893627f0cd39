import { marketOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";
import { type DeclineReason, END_REASONS, indexOf } from "../job/names.ts";

export interface DeclineJobParameters extends WriteOptions {
  readonly jobId: bigint;
  /** Default `providerDeclined`. */
  readonly reason?: DeclineReason | undefined;
}

export type DeclineJobReturnType = WriteResult;

/**
 * Steps back from a job at once and without loss, a limited number of times a day (`getProvider` tells how many are left).
 * @throws VerimeshError `NotAssignedProvider`, `JobNotInStatus`, `AnswerDeadlinePassed`, `DeclineReasonInvalid`,
 * `DeclinesUsedUp`, and those of every write
 * @example
 * await declineJob(client, { deployment, jobId, reason: "contentUnavailable" });
 */
export async function declineJob(
  client: VerimeshClient,
  parameters: DeclineJobParameters,
): Promise<DeclineJobReturnType> {
  const { deployment, jobId, reason = "providerDeclined" } = parameters;
  const args = [jobId, indexOf(END_REASONS, reason)] as const;
  const call = { ...marketOf(deployment), functionName: "declineJob", args } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
