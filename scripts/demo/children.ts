import { fork, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";

export interface ChildOptions {
  /** Names the log file. */
  readonly name: string;
  readonly modulePath: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * The processes that the demo starts. Each has an IPC channel that it watches, so that it ends when this process does,
 * however that ends; its output goes to a log file.
 */
export class Children {
  readonly #logDirectory: string;
  readonly #running = new Map<ChildProcess, string>();

  constructor(logDirectory: string) {
    this.#logDirectory = logDirectory;
    mkdirSync(logDirectory, { recursive: true });
  }

  start(options: ChildOptions): ChildProcess {
    const log = openSync(this.logFile(options.name), "w");
    const child = fork(options.modulePath, [...options.args], {
      stdio: ["ignore", log, log, "ipc"],
      execArgv: ["--disable-warning=ExperimentalWarning"],
      env: { ...process.env, ...options.env },
    });
    closeSync(log);
    this.#running.set(child, options.name);
    child.once("exit", () => this.#running.delete(child));
    return child;
  }

  logFile(name: string): string {
    return join(this.#logDirectory, `${name}.log`);
  }

  /** Ends all of them: asks, and after ten seconds insists. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running.keys()].map(stopOne));
  }
}

async function stopOne(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const insist = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await ended;
  clearTimeout(insist);
}
