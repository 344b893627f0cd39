import { ChildTask } from "../processes/ChildTask.ts";
import type { CeremonyTask } from "./ceremonyTasks.ts";

export interface CeremonyOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told which step is under way and the share of it that is done, 0 to 1. */
  readonly onProgress?: ((step: CeremonyStep, share: number) => void) | undefined;
}

export type CeremonyStep = CeremonyTask["task"];

/**
 * Does a task in a process of its own, which ends with it: with it go its threads and, of a contribution, the secrets.
 *
 * @throws what the task throws, as VerimeshError; the signal's reason if aborted
 */
export async function runCeremonyTask<Result = unknown>(
  request: CeremonyTask,
  { signal, onProgress }: CeremonyOptions = {},
): Promise<Result> {
  const task = new ChildTask(new URL("./ceremonyProcess.ts", import.meta.url));
  try {
    onProgress?.(request.task, 0);
    return await task.run<Result>(request, { signal, onProgress: (share) => onProgress?.(request.task, share) });
  } finally {
    await task.terminate();
  }
}
