import { VerimeshError } from "@verimesh/core";
import type { Address, Hash } from "viem";
import { getBlockNumber } from "viem/actions";
import { getPayments } from "../auditor/getPayments.ts";
import { sleep } from "../client/abort.ts";
import { attempt } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { getAnswer } from "./getAnswer.ts";
import { getJob, type MarketJob } from "./getJob.ts";

export interface WaitForJobParameters extends ReadOptions {
  readonly jobId: bigint;
  /** Told when the job's phase changes, the first one included. */
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

export interface SettledOutcome {
  readonly status: "settled";
  /** Nobody can challenge it. */
  readonly final: true;
  readonly job: MarketJob;
  readonly outputWords: readonly bigint[];
  /** Whether the market settled it by a proof, which `getProof` shows. */
  readonly proven: boolean;
  /** Who was paid for it: one, or a quorum's majority. */
  readonly providers: readonly Address[];
  readonly transactionHash: Hash;
}

export interface RefundedOutcome {
  readonly status: "refunded";
  readonly final: true;
  /** `explainReason(job.reason)` says why. */
  readonly job: MarketJob;
}

export type JobOutcome = SettledOutcome | RefundedOutcome;

const MAX_BACKOFF_MS = 15_000;
/** What a node says for a moment after it has seen the job end and before it shows the logs. */
const TRANSIENT = ["RPC_UNREACHABLE", "RPC_FAILED", "JOB_NOT_ANSWERED"];

/**
 * Waits until a job has ended, settled or refunded: a refund is an outcome, not an error. Its answer is final; to see one
 * that can still be challenged, use `waitForAnswer`. RPC failures are waited out with growing pauses. There is no time
 * limit but the job's own deadlines, which somebody must act on (`endOverdueJob`): pass a `signal` (`AbortSignal.timeout`).
 * @throws VerimeshError `JobUnknown`, `RPC_UNREACHABLE` after `maxOutageMs`; the signal's reason if it aborts
 * @example
 * const outcome = await waitForJob(client, { deployment, jobId, onStatus: ({ phase }) => console.log(phase) });
 * if (outcome.status === "settled") console.log(decodeAnswer(manifest, outcome.outputWords));
 * else console.log(explainReason(outcome.job.reason));
 */
export async function waitForJob(client: VerimeshClient, parameters: WaitForJobParameters): Promise<JobOutcome> {
  return waitUntil(client, parameters, async (job) => {
    const ended = job.status === "settled" || job.status === "refunded";
    return ended ? confirmedOutcome(client, parameters) : undefined;
  });
}

/** Polls a job until `outcomeOf` gives an outcome. */
export async function waitUntil<outcome>(
  client: VerimeshClient,
  parameters: WaitForJobParameters,
  outcomeOf: (job: MarketJob) => Promise<outcome | undefined>,
): Promise<outcome> {
  const { deployment, jobId, pollingIntervalMs = 1000, maxOutageMs = 300_000, signal } = parameters;
  let seen: string | undefined;
  let failingSince: number | undefined;
  let pauseMs = pollingIntervalMs;
  for (;;) {
    try {
      const job = await getJob(client, { deployment, jobId, signal });
      const state = `${job.status} ${job.phase} ${job.attempts}`;
      if (state !== seen) parameters.onStatus?.(job);
      seen = state;
      const outcome = await outcomeOf(job);
      if (outcome !== undefined) return outcome;
      failingSince = undefined;
      pauseMs = pollingIntervalMs;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isTransient(error)) throw error;
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
  const { deployment, jobId, confirmations = 1, signal } = parameters;
  const head = await attempt(() => getBlockNumber(client, { cacheTime: 0 }), signal);
  const blockNumber = head - BigInt(confirmations) + 1n;
  if (blockNumber < BigInt(deployment.deployedAtBlock)) return undefined;
  const job = await getJob(client, { deployment, jobId, signal, ...(confirmations > 1 && { blockNumber }) });
  if (job.status === "refunded") return { status: "refunded", final: true, job };
  if (job.status !== "settled") return undefined;
  const [{ outputWords, proven, final, transactionHash }, payments] = await Promise.all([
    getAnswer(client, { deployment, jobId, signal }),
    getPayments(client, { deployment, jobId, signal }),
  ]);
  if (!final) return undefined;
  const providers = payments.map(({ provider }) => provider);
  return { status: "settled", final, job, outputWords, proven, providers, transactionHash };
}

function isTransient(error: unknown): error is VerimeshError {
  return error instanceof VerimeshError && TRANSIENT.includes(error.code);
}
