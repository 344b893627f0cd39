import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { VerimeshError } from "@verimesh/core";
import type { ChildMessage } from "./serveTasks.ts";

export interface ChildTaskOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: number) => void) | undefined;
}

/**
 * A child process that does one task at a time, so that this process keeps answering: started on first use, killed on
 * abort, and while idle no reason for this process to stay alive. ffjavascript and snarkjs start threads of their own
 * and cannot run inside a worker thread, hence a process.
 */
export class ChildTask {
  private child: ChildProcess | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private readonly module: URL;

  /** @param module calls `serveTasks` */
  constructor(module: URL) {
    this.module = module;
  }

  /**
   * Sends a request and waits for its result; requests queue up.
   *
   * @throws what the task threw, as VerimeshError; VerimeshError CHILD_PROCESS_FAILED if the process died; the signal's
   *   reason if aborted
   */
  run<Result>(request: unknown, options: ChildTaskOptions = {}): Promise<Result> {
    const result = this.last.then(() => this.runNow<Result>(request, options));
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Kills the process, and with it a task that runs. A later `run` starts another. */
  terminate(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      child.ref();
      child.once("exit", () => resolve());
      child.kill("SIGKILL");
    });
  }

  private runNow<Result>(request: unknown, { signal, onProgress }: ChildTaskOptions): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const child = (this.child ??= this.start());
      child.ref();
      child.channel?.ref();
      const settle = (act: () => void) => {
        child.off("message", onMessage).off("exit", onExit).off("error", onError);
        signal?.removeEventListener("abort", onAbort);
        child.channel?.unref();
        child.unref();
        act();
      };
      const onMessage = (message: ChildMessage) => {
        if ("progress" in message) onProgress?.(message.progress);
        else if ("result" in message) settle(() => resolve(message.result as Result));
        else settle(() => reject(new VerimeshError(message.error.shortMessage, message.error)));
      };
      const onExit = (code: number | null, killedBy: string | null) => {
        if (this.child === child) this.child = null;
        settle(() => reject(failed(`It ended with ${killedBy ?? `status ${code}`} before it had a result.`)));
      };
      const onError = (cause: Error) => settle(() => reject(failed(cause.message, cause)));
      const onAbort = () => settle(() => void this.terminate().then(() => reject(signal?.reason as Error)));
      child.on("message", onMessage).on("exit", onExit).on("error", onError);
      signal?.addEventListener("abort", onAbort, { once: true });
      child.send(request as object, (cause) => cause && settle(() => reject(failed(cause.message, cause))));
    });
  }

  private start(): ChildProcess {
    // "advanced" passes typed arrays and bigints. Flags of this process (a test runner's, an inspector's) are not passed on.
    return fork(fileURLToPath(this.module), [], { serialization: "advanced", execArgv: [] });
  }
}

function failed(details: string, cause?: unknown): VerimeshError {
  return new VerimeshError("A child process failed.", {
    code: "CHILD_PROCESS_FAILED",
    details: `${details} It may have run out of memory.`,
    cause,
  });
}
