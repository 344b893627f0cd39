import { marketOf, optimisticOf } from "../client/contracts.ts";
import { eventsIn } from "../client/eventsIn.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface SubmitAnswerParameters extends WriteOptions {
  readonly jobId: bigint;
  readonly outputWords: readonly bigint[];
}

export interface SubmitAnswerReturnType extends WriteResult {
  /** Until when anyone can challenge it, in seconds since the epoch. */
  readonly challengeBefore: bigint;
}

/**
 * Answers an optimistic job without a proof; the bond stays locked while the answer can be challenged. As the provider
 * that was drawn or, in the open round, as any that serves the version within the fee.
 * @throws VerimeshError `NotOptimisticJob`, `NotAssignedProvider`, `NotServing`, `AnswerDeadlinePassed`, `JobNotOpen`,
 * `AnswerBondUnavailable`, `OutputWordCountMismatch`, and those of every write
 * @example
 * const { challengeBefore } = await submitAnswer(client, { deployment, jobId, outputWords });
 */
export async function submitAnswer(
  client: VerimeshClient,
  parameters: SubmitAnswerParameters,
): Promise<SubmitAnswerReturnType> {
  const { deployment, jobId, outputWords } = parameters;
  const call = { ...optimisticOf(deployment), functionName: "submitAnswer", args: [jobId, outputWords] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  const [answered] = eventsIn(receipt, marketOf(deployment), "JobAnswered");
  return { challengeBefore: answered?.args.challengeBefore ?? 0n, transactionHash, receipt };
}
