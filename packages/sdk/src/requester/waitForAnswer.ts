import type { Address, Hash } from "viem";
import type { VerimeshClient } from "../client/types.ts";
import { getAnswer } from "./getAnswer.ts";
import type { MarketJob } from "./getJob.ts";
import { type JobOutcome, waitForJob, type WaitForJobParameters, waitUntil } from "./waitForJob.ts";

export type WaitForAnswerParameters = WaitForJobParameters;

/** An answer that is there and not final: it can be challenged until `challengeBefore`, and the job may yet be refunded. */
export interface ProvisionalAnswer {
  readonly status: "answered";
  readonly final: false;
  readonly job: MarketJob;
  readonly outputWords: readonly bigint[];
  readonly proven: false;
  readonly providers: readonly Address[];
  /** In seconds since the epoch. While a challenge runs, it has no end that is known. */
  readonly challengeBefore: bigint;
  readonly transactionHash: Hash;
}

/**
 * As `waitForJob`, but under the optimistic policy it resolves as soon as an answer is there, with `final: false`. Act on
 * such an answer only if you could undo it.
 * @throws VerimeshError as `waitForJob`
 * @example
 * const answer = await waitForAnswer(client, { deployment, jobId });
 * if (answer.status === "answered") console.log(decodeAnswer(manifest, answer.outputWords), "so far");
 */
export async function waitForAnswer(
  client: VerimeshClient,
  parameters: WaitForAnswerParameters,
): Promise<JobOutcome | ProvisionalAnswer> {
  const { deployment, jobId, signal } = parameters;
  const ended = Symbol("ended");
  const provisional = await waitUntil(
    client,
    parameters,
    async (job): Promise<ProvisionalAnswer | symbol | undefined> => {
      if (job.status === "settled" || job.status === "refunded") return ended;
      if (job.status !== "answered") return undefined;
      const { outputWords, transactionHash } = await getAnswer(client, { deployment, jobId, signal });
      return {
        ...{ status: "answered", final: false, proven: false, job, outputWords, transactionHash },
        ...{ providers: [job.provider], challengeBefore: job.deadline },
      };
    },
  );
  return typeof provisional === "symbol" ? waitForJob(client, parameters) : provisional;
}
