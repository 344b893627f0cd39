import { VerimeshError } from "@verimesh/core";
import type { Address, Hash } from "viem";
import { marketOf } from "../client/contracts.ts";
import { getEvents } from "../client/getEvents.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { getJob } from "./getJob.ts";

export interface GetAnswerParameters extends ReadOptions {
  readonly jobId: bigint;
}

export interface JobAnswer {
  readonly jobId: bigint;
  readonly outputWords: readonly bigint[];
  /** Whether it stands for good. If not, it can still be challenged, and fall. */
  readonly final: boolean;
  /** Whether the market settled it by a proof, which `getProof` shows. One that was challenged and defended was proven to the optimistic policy instead. */
  readonly proven: boolean;
  /** Who gave it, where that was one provider. */
  readonly provider: Address | undefined;
  readonly blockNumber: bigint;
  readonly transactionHash: Hash;
}

/**
 * The answer of a job from its events: the final one if it is settled, else one that can still be challenged.
 * @throws VerimeshError `JobUnknown`, `JOB_NOT_ANSWERED`, `RPC_UNREACHABLE`
 * @example
 * const { outputWords, final } = await getAnswer(client, { deployment, jobId });
 * console.log(decodeAnswer(manifest, outputWords), final ? "" : "(can still be challenged)");
 */
export async function getAnswer(client: VerimeshClient, parameters: GetAnswerParameters): Promise<JobAnswer> {
  const { deployment, jobId, signal } = parameters;
  const query = {
    ...marketOf(deployment),
    args: { jobId },
    fromBlock: BigInt(deployment.deployedAtBlock),
    signal,
  } as const;
  const [[settled], [decided], [answered]] = await Promise.all([
    getEvents(client, { ...query, eventName: "JobSettled" }),
    getEvents(client, { ...query, eventName: "JobDecided" }),
    getEvents(client, { ...query, eventName: "JobAnswered" }),
  ]);
  const last = settled ?? decided ?? answered;
  const job = last === undefined || last === answered ? await getJob(client, parameters) : undefined;
  if (last === undefined || job?.status === "refunded") {
    throw new VerimeshError(`Job ${jobId} has no answer: it is ${job!.phase}.`, {
      code: "JOB_NOT_ANSWERED",
      details: "waitForJob waits for its answer or its refund.",
    });
  }
  return {
    jobId,
    outputWords: last.args.outputWords,
    final: last !== answered,
    proven: settled !== undefined,
    provider: settled?.args.provider ?? answered?.args.provider,
    blockNumber: last.blockNumber,
    transactionHash: last.transactionHash,
  };
}
