import type { Hex } from "viem";
import { votesOf } from "../client/contracts.ts";
import { read } from "../client/read.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { addressOf, requireAccount, write } from "../client/write.ts";
import { answerCommitment } from "../job/commitment.ts";
import { votesOfJob } from "../job/votesOfJob.ts";

export interface CommitAnswerParameters extends WriteOptions {
  readonly jobId: bigint;
  readonly outputWords: readonly bigint[];
  /** 32 random bytes. Store answer and salt before this call: whoever cannot reveal loses the bond. */
  readonly salt: Hex;
}

export interface CommitAnswerReturnType extends WriteResult {
  readonly commitment: Hex;
  readonly round: number;
}

/**
 * Commits to an answer as a member of a panel, without showing it. Where the input lies off the chain and could not be had,
 * the answer without words says so.
 * @throws VerimeshError `NOT_A_PANEL_JOB`, `PanelNotInStatus`, `NotOnPanel`, `CommitClosed`, `AlreadyCommitted`, and those
 * of every write
 * @example
 * const salt = toHex(crypto.getRandomValues(new Uint8Array(32)));
 * await commitAnswer(client, { deployment, jobId, outputWords, salt });
 */
export async function commitAnswer(
  client: VerimeshClient,
  parameters: CommitAnswerParameters,
): Promise<CommitAnswerReturnType> {
  const { deployment, jobId, outputWords, salt, signal } = parameters;
  const provider = addressOf(requireAccount(client, parameters.account));
  const { policy } = await votesOfJob(client, parameters);
  const votes = votesOf(deployment, policy);
  const { round } = await read(client, { ...votes, functionName: "panelOf", args: [jobId] }, signal);
  const commitment = answerCommitment({ deployment, policy, jobId, round, provider, outputWords, salt });
  const call = { ...votes, functionName: "commitAnswer", args: [jobId, commitment] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { commitment, round, transactionHash, receipt };
}
