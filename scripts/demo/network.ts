import { fileURLToPath } from "node:url";
import { VerimeshError } from "@verimesh/core";
import type { Children } from "./children.ts";

type ChainMessage = { readonly url: string } | { readonly error: string };

/**
 * Starts the local chain on a port of 127.0.0.1 and waits until it answers.
 *
 * @throws VerimeshError CHAIN_FAILED with the name of its log; `requireFreePorts` has seen the port free before
 */
export async function startChain(children: Children, port: number): Promise<string> {
  const child = children.start({
    name: "chain",
    modulePath: fileURLToPath(new URL("./chain.ts", import.meta.url)),
    args: [String(port)],
  });
  const message = await new Promise<ChainMessage>((resolve) => {
    child.once("message", (received) => resolve(received as ChainMessage));
    child.once("exit", (code) => resolve({ error: `It exited with status ${code ?? "none"}.` }));
  });
  if ("url" in message) return message.url;
  throw new VerimeshError("The local chain did not start.", {
    code: "CHAIN_FAILED",
    details: `${message.error} Its log: ${children.logFile("chain")}`,
  });
}

interface WorkerReady {
  readonly ready: { readonly address: string; readonly statusUrl: string };
}

export interface StartedWorker {
  readonly address: string;
  readonly statusUrl: string;
}

/**
 * Starts `verimesh provider start` as a process of its own, as a provider would, and waits until it takes jobs.
 *
 * @throws VerimeshError WORKER_FAILED with the name of its log
 */
export async function startWorker(children: Children, name: string, args: readonly string[]): Promise<StartedWorker> {
  const child = children.start({
    name,
    modulePath: fileURLToPath(new URL("../../packages/cli/bin/verimesh.js", import.meta.url)),
    args: ["provider", "start", ...args],
  });
  return new Promise((resolve, reject) => {
    child.on("message", (message) => {
      if (typeof message === "object" && "ready" in message) resolve((message as unknown as WorkerReady).ready);
    });
    child.once("exit", (code) =>
      reject(
        new VerimeshError(`${name} ended with status ${code ?? "none"}.`, {
          code: "WORKER_FAILED",
          details: `Its log: ${children.logFile(name)}`,
        }),
      ),
    );
  });
}
