import { VerimeshError } from "@verimesh/core";
import { zeroHash } from "viem";
import { votesOf } from "../client/contracts.ts";
import { getEvents } from "../client/getEvents.ts";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";
import { answerHash } from "../job/commitment.ts";
import { votesOfJob } from "../job/votesOfJob.ts";

export interface ClosePanelParameters extends WriteOptions {
  readonly jobId: bigint;
}

export type ClosePanelReturnType = WriteResult;

/**
 * Closes a vote whose time is over: silent members, and in a decided vote those with another answer, lose their bond.
 * Without a majority another panel is drawn or, after the second, the job ends. Anyone may send it; the winning answer is
 * looked up in the reveals.
 * @throws VerimeshError `NOT_A_PANEL_JOB`, `PanelNotInStatus`, `PanelStillVoting`, and those of every write
 * @example
 * await closePanel(client, { deployment, jobId });
 */
export async function closePanel(
  client: VerimeshClient,
  parameters: ClosePanelParameters,
): Promise<ClosePanelReturnType> {
  const { deployment, jobId } = parameters;
  const { policy } = await votesOfJob(client, parameters);
  const outputWords = await winningAnswer(client, parameters, policy);
  const call = { ...votesOf(deployment, policy), functionName: "closePanel", args: [jobId, outputWords] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}

/** The words behind the hash that leads; none where no answer has a quorum. */
async function winningAnswer(
  client: VerimeshClient,
  { deployment, jobId, signal }: ReadOptions & { readonly jobId: bigint },
  policy: "quorum" | "optimistic",
): Promise<readonly bigint[]> {
  const votes = votesOf(deployment, policy);
  const [leader] = await read(client, { ...votes, functionName: "leadingAnswerOf", args: [jobId] }, signal);
  if (leader === zeroHash) return [];
  const fromBlock = BigInt(deployment.deployedAtBlock);
  const reveals = await getEvents(client, {
    ...votes,
    eventName: "AnswerRevealed",
    args: { jobId },
    fromBlock,
    signal,
  });
  const winner = reveals.find(({ args }) => answerHash(args.outputWords) === leader);
  if (winner !== undefined) return winner.args.outputWords;
  throw new VerimeshError(`The node does not show the reveals of job ${jobId}.`, {
    code: "RPC_FAILED",
    details: "The vote is decided, but the winning answer's event is missing: use a node that keeps logs.",
  });
}
