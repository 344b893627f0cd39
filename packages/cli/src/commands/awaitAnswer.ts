import { VerimeshError } from "@verimesh/core";
import { explainReason, type MarketJob } from "@verimesh/sdk";
import type { Output } from "../output/Output.ts";
import { timeText } from "../output/format.ts";
import type { Reader } from "./Context.ts";

export interface AwaitAnswerOptions {
  readonly jobId: bigint;
  /** Whether an answer will do that can still be challenged. */
  readonly provisional: boolean;
  readonly out: Output;
  readonly signal: AbortSignal;
}

/** For blocks that take their time, and for others who end what is overdue. */
const GRACE_SECONDS = 15;
/** The longest that a timer can be set to. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Waits for a job's answer and tells what happens meanwhile, but not beyond the end of a phase that nobody ends.
 *
 * @throws VerimeshError JOB_REFUNDED, JOB_UNANSWERED, and those of waitForJob
 */
export async function awaitAnswer(client: Reader["client"], options: AwaitAnswerOptions) {
  const { jobId, out, provisional } = options;
  const started = performance.now();
  // The chain's clock and this machine's may differ.
  const { timestamp } = await client.getBlock();
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const allowUntil = (chainTime: bigint): void => {
    clearTimeout(timer);
    const left = Number(chainTime - timestamp) * 1000 - (performance.now() - started) + GRACE_SECONDS * 1000;
    timer = setTimeout(() => late.abort(), Math.min(Math.max(left, 1000), MAX_TIMER_MS));
  };
  const onStatus = (job: MarketJob): void => {
    const news = tell(job);
    if (news !== undefined) out.progress(`${news} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    if (job.phaseBefore !== undefined) allowUntil(job.phaseBefore);
  };
  const onRetry = (error: VerimeshError): void => out.progress(`${error.shortMessage} Trying again`);
  try {
    const signal = AbortSignal.any([options.signal, late.signal]);
    const wait = { jobId, pollingIntervalMs: 300, onStatus, onRetry, signal };
    const outcome = provisional ? await client.waitForAnswer(wait) : await client.waitForJob(wait);
    if (outcome.status !== "refunded") return outcome;
    throw new VerimeshError(`Job ${jobId} was refunded: ${outcome.job.reason}.`, {
      code: "JOB_REFUNDED",
      details: `${explainReason(outcome.job.reason)} The fee is yours: verimesh withdraw pays it out.`,
    });
  } catch (error) {
    if (!late.signal.aborted || options.signal.aborted || error instanceof VerimeshError) throw error;
    throw new VerimeshError(`Nobody answered job ${jobId} in time.`, {
      code: "JOB_UNANSWERED",
      details: `verimesh refund ${jobId} takes it on, in the end to its refund. Offer more, or give more time.`,
    });
  } finally {
    clearTimeout(timer);
  }
}

function tell(job: MarketJob): string | undefined {
  switch (job.phase) {
    case "drawing":
      return job.attempts === 0 ? undefined : `${explainReason(job.reason)} Drawing again`;
    case "open":
      return "The draws are over; any provider that serves the version may deliver";
    case "assigned":
      return `Drawn: ${job.provider}`;
    case "voting":
      return job.status === "answered" ? "A jury was drawn and votes" : "A panel was drawn and votes";
    case "answered":
      return `Answered by ${job.provider}; it can be challenged until ${timeText(job.deadline)}`;
    case "defending":
      return "The answer was challenged; its provider is to prove it";
    default:
      return undefined;
  }
}
