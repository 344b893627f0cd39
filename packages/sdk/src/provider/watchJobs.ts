import { VerimeshError } from "@verimesh/core";
import { sleep } from "../client/abort.ts";
import type { VerimeshClient } from "../client/types.ts";
import { getOpenJobs, type GetOpenJobsParameters, type OpenJob } from "./getOpenJobs.ts";

export interface WatchJobsParameters extends Omit<GetOpenJobsParameters, "toBlock"> {
  /** Told of each job once, again after each failed assignment, and when its open round begins. */
  readonly onJob: (job: OpenJob) => void;
  /** Told of each failure; watching goes on. */
  readonly onError?: ((error: Error) => void) | undefined;
  /** Default 2000. */
  readonly pollingIntervalMs?: number | undefined;
}

const MAX_BACKOFF_MS = 30_000;

/**
 * Watches for jobs that wait for a provider (`getOpenJobs`), by polling, so that a lost connection or a reorganised chain loses none.
 * @returns a function that stops watching
 * @example
 * const stop = watchJobs(client, { deployment, onJob: ({ jobId, phase, fee }) => console.log(jobId, phase, fee) });
 */
export function watchJobs(client: VerimeshClient, parameters: WatchJobsParameters): () => void {
  const { onJob, onError, pollingIntervalMs = 2000 } = parameters;
  const stopped = new AbortController();
  const signal = parameters.signal ? AbortSignal.any([parameters.signal, stopped.signal]) : stopped.signal;
  const told = new Set<string>();
  let pauseMs = pollingIntervalMs;

  async function poll(): Promise<void> {
    const open = await getOpenJobs(client, { ...parameters, signal });
    const keys = new Set(open.map(keyOf));
    for (const job of open) {
      const key = keyOf(job);
      if (told.has(key) || signal.aborted) continue;
      told.add(key);
      onJob(job);
    }
    // Jobs that wait no longer are forgotten, so the set stays as small as the market.
    for (const key of told) if (!keys.has(key)) told.delete(key);
  }

  async function watch(): Promise<never> {
    for (;;) {
      try {
        await poll();
        pauseMs = pollingIntervalMs;
      } catch (error) {
        signal.throwIfAborted();
        onError?.(error instanceof Error ? error : new VerimeshError(String(error), { code: "WATCH_FAILED" }));
        pauseMs = Math.min(pauseMs * 2, MAX_BACKOFF_MS);
      }
      await sleep(pauseMs, signal);
    }
  }
  // Only being stopped ends it.
  watch().catch(() => {});
  return () => stopped.abort();
}

function keyOf({ jobId, attempts, phase }: OpenJob): string {
  return `${jobId} ${attempts} ${phase}`;
}
