import { join } from "node:path";
import { VerimeshError } from "@verimesh/core";
import { createLogger, createWorker } from "@verimesh/worker";
import { type Address, getAddress, isAddress, parseEther } from "viem";
import { resolveAccount } from "../account/resolveAccount.ts";
import { cacheDirectory, dataDirectory, required } from "../settings/Settings.ts";
import type { Context } from "./Context.ts";

export interface ProviderStartOptions {
  readonly minFee: string;
  readonly accept?: readonly string[];
  readonly maxCallbackGas: number;
  readonly capacity: number;
  readonly model?: readonly string[];
  readonly statusPort: number;
  readonly dataDir?: string;
  readonly cacheDir?: string;
  readonly backend?: string;
  readonly confirmations?: number;
  readonly allowInsecureSetup?: boolean;
  readonly proveFirst?: boolean;
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
    terms: {
      minimumFee: parseFee(options.minFee),
      maximumCallbackGas: options.maxCallbackGas,
      tokens: Object.fromEntries((options.accept ?? []).map(parseAccepted)),
      ...(options.model && { models: options.model.map(parseModelId) }),
    },
    capacity: options.capacity,
    ...(options.confirmations !== undefined && { confirmations: options.confirmations }),
    ...(options.allowInsecureSetup && { allowInsecureSetup: true }),
    alwaysProveFirst: options.proveFirst ?? false,
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

function parseFee(text: string): bigint {
  if (/^\d{1,12}(\.\d{1,18})?$/.test(text)) return parseEther(text);
  throw new VerimeshError(`The minimum fee is not an amount: ${text.slice(0, 60)}`, {
    code: "OPTION_INVALID",
    details: "Expected ETH, such as 0.001.",
  });
}

function parseAccepted(text: string): [Address, bigint] {
  const [token = "", fee = "0"] = text.split("=", 2);
  if (isAddress(token)) return [getAddress(token), parseFee(fee)];
  throw new VerimeshError(`${text.slice(0, 60)} does not name a token.`, {
    code: "OPTION_INVALID",
    details: "Expected an ERC-20's address and the lowest fee, such as 0x5FbD…=10.",
  });
}

function parseModelId(text: string): bigint {
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw new VerimeshError(`${text.slice(0, 60)} is not a model's id.`, { code: "OPTION_INVALID" });
}
