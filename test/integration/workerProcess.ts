/** A worker as its own process, started as a provider starts it: `verimesh provider start`. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { WorkerNetwork } from "./workerNetwork.ts";

export const VERIMESH = fileURLToPath(new URL("../../packages/cli/bin/verimesh.js", import.meta.url));

type LogLine = Readonly<Record<string, unknown>>;

export class WorkerProcess {
  readonly child: ChildProcess;
  readonly lines: LogLine[] = [];
  #errors = "";
  readonly #waiting = new Set<() => void>();

  constructor(child: ChildProcess) {
    this.child = child;
    let rest = "";
    child.stdout!.on("data", (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split("\n");
      rest = parts.pop()!;
      for (const part of parts) this.lines.push(JSON.parse(part) as LogLine);
      for (const check of this.#waiting) check();
    });
    child.stderr!.on("data", (chunk: Buffer) => (this.#errors += chunk.toString()));
    child.on("exit", () => {
      for (const check of this.#waiting) check();
    });
  }

  /** Resolves at once when such a line is there or arrives; rejects when the process ends without it. */
  async line(matches: (line: LogLine) => boolean): Promise<LogLine> {
    for (;;) {
      const found = this.lines.find(matches);
      if (found) return found;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        const last = this.lines.slice(-5).map((line) => JSON.stringify(line));
        throw new Error(`the worker ended (${this.child.exitCode}):\n${last.join("\n")}\n${this.#errors}`);
      }
      await new Promise<void>((resolve) => {
        const check = (): void => {
          this.#waiting.delete(check);
          resolve();
        };
        this.#waiting.add(check);
      });
    }
  }

  async end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill(signal);
      await once(this.child, "exit");
    }
    return this.child.exitCode;
  }

  /** Ids of the processes that this one started. Linux only. */
  async children(): Promise<number[]> {
    const found: number[] = [];
    for (const entry of await readdir("/proc")) {
      if (!/^\d+$/.test(entry)) continue;
      const stat = await readFile(`/proc/${entry}/stat`, "utf8").catch(() => "");
      if (Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === this.child.pid) found.push(Number(entry));
    }
    return found;
  }
}

/** Starts a worker and waits until it watches. */
export async function startWorkerProcess(
  net: WorkerNetwork,
  directory: string,
  account: number,
  flags: readonly string[] = [],
): Promise<WorkerProcess> {
  const deployment = join(directory, "deployment.json");
  await writeFile(deployment, JSON.stringify(net.deployment));
  const args = ["provider", "start", "--rpc", net.rpcUrl, "--deployment", deployment, "--gateway", net.gatewayUrl];
  args.push("--dev-account", String(account), "--backend", "cpu");
  args.push("--data-dir", join(directory, "data"), "--cache-dir", join(directory, "cache"), ...flags);
  const child = spawn(process.execPath, [VERIMESH, ...args], { stdio: ["ignore", "pipe", "pipe"], cwd: directory });
  const worker = new WorkerProcess(child);
  await worker.line(({ msg }) => msg === "worker started");
  return worker;
}
