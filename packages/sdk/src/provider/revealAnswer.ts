import type { Hex } from "viem";
import { votesOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";
import { votesOfJob } from "../job/votesOfJob.ts";

export interface RevealAnswerParameters extends WriteOptions {
  readonly jobId: bigint;
  /** The answer and the salt that were committed to. */
  readonly outputWords: readonly bigint[];
  readonly salt: Hex;
}

export type RevealAnswerReturnType = WriteResult;

/**
 * Opens the sender's commitment, once all members have committed or the time for it is over. The last reveal that can come
 * closes the vote.
 * @throws VerimeshError `NOT_A_PANEL_JOB`, `RevealNotOpen`, `RevealClosed`, `NotOnPanel`, `AlreadyRevealed`,
 * `CommitmentMismatch`, `AnswerInvalid`, and those of every write
 * @example
 * await revealAnswer(client, { deployment, jobId, outputWords, salt });
 */
export async function revealAnswer(
  client: VerimeshClient,
  parameters: RevealAnswerParameters,
): Promise<RevealAnswerReturnType> {
  const { deployment, jobId, outputWords, salt } = parameters;
  const { policy } = await votesOfJob(client, parameters);
  const args = [jobId, outputWords, salt] as const;
  const call = { ...votesOf(deployment, policy), functionName: "revealAnswer", args } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
