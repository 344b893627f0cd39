import { VerimeshError } from "@verimesh/core";
import type { Addon, ControlHandle } from "./addon.ts";

export interface NativeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Share of the work done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

const PROGRESS_MILLISECONDS = 100;

/**
 * Starts a job of the addon and waits for it. An abort stops it within a few milliseconds.
 *
 * @throws what the addon rejected with, as VerimeshError; the signal's reason if aborted
 */
export async function runNative<Result>(
  addon: Addon,
  start: (control: ControlHandle) => Promise<Result>,
  { signal, onProgress }: NativeOptions,
): Promise<Result> {
  signal?.throwIfAborted();
  const control = addon.createControl();
  const abort = () => addon.cancel(control);
  signal?.addEventListener("abort", abort, { once: true });
  const timer = onProgress && setInterval(() => onProgress(addon.share(control)), PROGRESS_MILLISECONDS);
  try {
    return await start(control);
  } catch (error) {
    signal?.throwIfAborted();
    throw toVerimeshError(error);
  } finally {
    clearInterval(timer);
    signal?.removeEventListener("abort", abort);
  }
}

function toVerimeshError(cause: unknown): VerimeshError {
  const { code, message, details } = cause as Error & { code?: string; details?: string };
  return new VerimeshError(message, { code: code ?? "PROVING_FAILED", details: details || undefined, cause });
}
