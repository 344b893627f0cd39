import { join } from "node:path";
import { VerimeshError } from "@verimesh/core";
import { createLogger, createWorker } from "@verimesh/worker";
import { resolveAccount } from "../account/resolveAccount.ts";
import { cacheDirectory, dataDirectory, required } from "../settings/Settings.ts";
import type { Context } from "./Context.ts";

export interface ProviderStartOptions {
  readonly maxCallbackGas: number;
  readonly capacity: number;
  readonly openRounds: boolean;
  readonly challenge?: boolean;
  readonly endAll?: boolean;
  readonly batchSeconds: number;
  readonly contentSeconds: number;
  readonly statusPort: number;
  readonly dataDir?: string;
  readonly cacheDir?: string;
  readonly backend?: string;
  readonly confirmations?: number;
  readonly allowInsecureSetup?: boolean;
  readonly logLevel: string;
}

const BACKENDS = ["node-gpu", "wasm", "cpu"] as const;

/**
 * Runs a worker in this process until it is told to stop (Ctrl-C, SIGTERM, or the end of the parent that forked it).
 * Log lines go to standard output. A parent with an IPC channel gets `{ready: {address, statusUrl, pid}}`.
 */
export async function startProvider(context: Context, options: ProviderStartOptions): Promise<void> {
  const { settings, signal } = context;
  const deployment = required(settings.deployment, "deployment", "pass --deployment");
  const backend = BACKENDS.find((name) => name === options.backend);
  if (options.backend !== undefined && backend === undefined) {
    throw new VerimeshError(`There is no backend "${options.backend}".`, {
      code: "OPTION_INVALID",
      details: `Expected one of ${BACKENDS.join(", ")}.`,
    });
  }
  const account = await resolveAccount(settings, deployment.chainId, "provider");
  const logger = createLogger({ level: options.logLevel, bindings: { provider: account.address } });
  const worker = createWorker({
    deployment,
    rpcUrl: required(settings.rpcUrl, "RPC URL", "pass --rpc"),
    account,
    content: required(settings.gatewayUrl, "content gateway", "pass --gateway"),
    dataDirectory: options.dataDir ?? join(dataDirectory(), "worker"),
    cacheDirectory: options.cacheDir ?? cacheDirectory(),
    terms: { maximumCallbackGas: options.maxCallbackGas },
    capacity: options.capacity,
    openRounds: options.openRounds,
    challenge: options.challenge ?? false,
    endAll: options.endAll ?? false,
    batchSeconds: options.batchSeconds,
    contentSeconds: options.contentSeconds,
    ...(options.confirmations !== undefined && { confirmations: options.confirmations }),
    ...(options.allowInsecureSetup && { allowInsecureSetup: true }),
    backend,
    status: { port: options.statusPort },
    logger,
  });
  const stop = (): void => void worker.stop();
  signal.addEventListener("abort", stop, { once: true });
  // A forked worker does not outlive the program that forked it.
  process.once("disconnect", stop);
  await worker.start();
  const { statusUrl } = worker.status();
  process.send?.({ ready: { address: account.address, statusUrl, pid: process.pid } });
  await worker.stopped;
}
