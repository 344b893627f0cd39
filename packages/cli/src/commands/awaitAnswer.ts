import { VerimeshError } from "@verimesh/core";
import type { MarketJob } from "@verimesh/sdk";
import type { Reader } from "./Context.ts";
import type { Output } from "../output/Output.ts";

export interface AwaitAnswerOptions {
  readonly jobId: bigint;
  readonly claimSeconds: number;
  readonly proveSeconds: number;
  readonly out: Output;
  readonly signal: AbortSignal;
}

/** For clocks that differ, and for blocks that take their time. */
const GRACE_SECONDS = 5;
/** The longest that a timer can be set to. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Waits for a job's answer and tells what happens meanwhile, but not beyond the job's own deadlines: an unanswered job
 * stays as it is until somebody refunds it.
 *
 * @throws VerimeshError JOB_REFUNDED, JOB_UNANSWERED, and those of waitForJob
 */
export async function awaitAnswer(client: Reader["client"], options: AwaitAnswerOptions) {
  const { jobId, out } = options;
  const started = performance.now();
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const allow = (seconds: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => late.abort(), Math.min((seconds + GRACE_SECONDS) * 1000, MAX_TIMER_MS));
  };
  const onStatus = (job: MarketJob): void => {
    if (job.status === "assigned") {
      out.progress(`Claimed by ${job.provider} after ${((performance.now() - started) / 1000).toFixed(1)} s`);
    }
    if (job.status === "requested" && job.attempts > 0) out.progress("The provider missed its deadline; open again");
    allow(job.status === "assigned" ? options.proveSeconds : options.claimSeconds);
  };
  const onRetry = (error: VerimeshError): void => out.progress(`${error.shortMessage} Trying again`);
  try {
    const signal = AbortSignal.any([options.signal, late.signal]);
    const outcome = await client.waitForJob({ jobId, pollingIntervalMs: 300, onStatus, onRetry, signal });
    if (outcome.status === "settled") return outcome;
    throw new VerimeshError(`Job ${jobId} was refunded: ${outcome.job.reason}.`, {
      code: "JOB_REFUNDED",
      details: "The fee is yours to withdraw: verimesh withdraw pays it out. Ask again, or offer more.",
    });
  } catch (error) {
    if (!late.signal.aborted || options.signal.aborted || error instanceof VerimeshError) throw error;
    throw new VerimeshError(`Nobody answered job ${jobId} in time.`, {
      code: "JOB_UNANSWERED",
      details: `verimesh refund ${jobId} returns the fee. Ask again, offer more, or give providers more time.`,
    });
  } finally {
    clearTimeout(timer);
  }
}
