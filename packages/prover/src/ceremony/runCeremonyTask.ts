import { ChildTask } from "../processes/ChildTask.ts";
import type { CeremonyTask } from "./ceremonyTasks.ts";

export interface CeremonyOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told which step is under way and the share of it that is done, 0 to 1. */
  readonly onProgress?: ((step: CeremonyStep, share: number) => void) | undefined;
}

export type CeremonyStep = CeremonyTask["task"];

/** How long the process that checks waits for more: the steps of a ceremony follow on each other. */
const LINGER_MILLISECONDS = 5000;

const process = new URL("./ceremonyProcess.ts", import.meta.url);
const checking = new ChildTask(process);
let idle: NodeJS.Timeout | undefined;
let running = 0;

/**
 * Does a task in another process. A contribution has one of its own that ends with it, and with it the secret; the other
 * tasks share one, which ends when there is nothing to do for some seconds, and with this process.
 *
 * @throws what the task throws, as VerimeshError; the signal's reason if aborted
 */
export async function runCeremonyTask<Result = unknown>(
  request: CeremonyTask,
  { signal, onProgress }: CeremonyOptions = {},
): Promise<Result> {
  const options = { signal, onProgress: (share: number) => onProgress?.(request.task, share) };
  onProgress?.(request.task, 0);
  if (request.task === "contribute") {
    const task = new ChildTask(process);
    return task.run<Result>(request, options).finally(() => task.terminate());
  }
  clearTimeout(idle);
  running++;
  try {
    return await checking.run<Result>(request, options);
  } finally {
    running--;
    if (running === 0) idle = setTimeout(() => void checking.terminate(), LINGER_MILLISECONDS).unref();
  }
}
