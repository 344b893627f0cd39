import { type TransferListItem, Worker } from "node:worker_threads";
import { VerimeshError } from "@verimesh/core";

export interface RunInThreadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Receives every message but the last: a thread marks progress as `{ progress: … }`. */
  readonly onProgress?: ((progress: unknown) => void) | undefined;
  readonly transfer?: readonly TransferListItem[] | undefined;
}

/**
 * Runs a module in a worker thread and returns the first message that is not progress. The thread is gone when this
 * settles: on a result, on an error and on abort.
 *
 * @throws VerimeshError THREAD_FAILED with the thread's error as cause; the signal's reason if aborted
 */
export function runInThread<Result>(
  module: URL,
  workerData: unknown,
  options: RunInThreadOptions = {},
): Promise<Result> {
  const { signal, onProgress, transfer } = options;
  return new Promise<Result>((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const worker = new Worker(module, { workerData, transferList: [...(transfer ?? [])] });
    let settled = false;
    const settle = (act: () => void) => {
      if (settled) return;
      settled = true;
      signal?.removeEventListener("abort", abort);
      void worker.terminate().then(act, act);
    };
    const abort = () => settle(() => reject(signal?.reason as Error));
    signal?.addEventListener("abort", abort, { once: true });
    worker.on("message", (message: Result | { progress: unknown }) => {
      if (typeof message === "object" && message !== null && "progress" in message) onProgress?.(message.progress);
      else settle(() => resolve(message));
    });
    worker.on("error", (cause) => settle(() => reject(threadFailed(cause.message, cause))));
    worker.on("exit", (code) => settle(() => reject(threadFailed(`It exited with status ${code} and no result.`))));
  });
}

function threadFailed(details: string, cause?: unknown): VerimeshError {
  return new VerimeshError("A worker thread failed.", { code: "THREAD_FAILED", details, cause });
}
