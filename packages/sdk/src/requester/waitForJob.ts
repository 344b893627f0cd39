import { VerimeshError } from "@verimesh/core";
import { getBlockNumber } from "viem/actions";
import { getProof, type JobProof } from "../auditor/getProof.ts";
import { sleep } from "../client/abort.ts";
import { attempt } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { getJob, type MarketJob } from "./getJob.ts";

export interface WaitForJobParameters extends ReadOptions {
  readonly jobId: bigint;
  /** Told when the status changes, the first one included. */
  readonly onStatus?: ((job: MarketJob) => void) | undefined;
  /** Told of each RPC failure that is waited out. */
  readonly onRetry?: ((error: VerimeshError) => void) | undefined;
  /** Default 1000. */
  readonly pollingIntervalMs?: number | undefined;
  /** Blocks that must hold the end of the job, its own included. Default 1. */
  readonly confirmations?: number | undefined;
  /** Gives up after so long without an answer of the node. Default 5 minutes. */
  readonly maxOutageMs?: number | undefined;
}

export type JobOutcome =
  | ({ readonly status: "settled"; readonly job: MarketJob } & Pick<
      JobProof,
      "outputWords" | "provider" | "transactionHash"
    >)
  | { readonly status: "refunded"; readonly job: MarketJob };

const MAX_BACKOFF_MS = 15_000;

/**
 * Waits until a job has ended, settled or refunded: a refund is an outcome, not an error. RPC failures are waited out
 * with growing pauses. There is no time limit but the job's own deadlines: pass a `signal` (`AbortSignal.timeout`).
 * @throws VerimeshError `JobUnknown`, `RPC_UNREACHABLE` after `maxOutageMs`; the signal's reason if it aborts
 * @example
 * const outcome = await waitForJob(client, { deployment, jobId, onStatus: ({ status }) => console.log(status) });
 * if (outcome.status === "settled") console.log(decodeAnswer(manifest, outcome.outputWords));
 */
export async function waitForJob(client: VerimeshClient, parameters: WaitForJobParameters): Promise<JobOutcome> {
  const { pollingIntervalMs = 1000, maxOutageMs = 300_000, signal } = parameters;
  let seen: string | undefined;
  let failingSince: number | undefined;
  let pauseMs = pollingIntervalMs;
  for (;;) {
    try {
      const job = await getJob(client, parameters);
      const state = `${job.status} ${job.attempts}`;
      if (state !== seen) parameters.onStatus?.(job);
      seen = state;
      if (job.status === "settled" || job.status === "refunded") {
        const outcome = await confirmedOutcome(client, parameters);
        if (outcome !== undefined) return outcome;
      }
      failingSince = undefined;
      pauseMs = pollingIntervalMs;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isOutage(error)) throw error;
      failingSince ??= Date.now();
      if (Date.now() - failingSince >= maxOutageMs) throw error;
      parameters.onRetry?.(error);
      pauseMs = Math.min(pauseMs * 2, MAX_BACKOFF_MS);
    }
    await sleep(pauseMs, signal);
  }
}

/** The job as of the newest block that is deep enough; undefined if it had not ended there, or was undone since. */
async function confirmedOutcome(
  client: VerimeshClient,
  parameters: WaitForJobParameters,
): Promise<JobOutcome | undefined> {
  const { confirmations = 1, signal } = parameters;
  const head = await attempt(() => getBlockNumber(client, { cacheTime: 0 }), signal);
  const blockNumber = head - BigInt(confirmations) + 1n;
  if (blockNumber < BigInt(parameters.deployment.deployedAtBlock)) return undefined;
  const job = await getJob(client, { ...parameters, ...(confirmations > 1 && { blockNumber }) });
  if (job.status === "refunded") return { status: "refunded", job };
  if (job.status !== "settled") return undefined;
  const { outputWords, provider, transactionHash } = await getProof(client, parameters);
  return { status: "settled", job, outputWords, provider, transactionHash };
}

function isOutage(error: unknown): error is VerimeshError {
  return error instanceof VerimeshError && ["RPC_UNREACHABLE", "RPC_FAILED", "JOB_NOT_SETTLED"].includes(error.code);
}
