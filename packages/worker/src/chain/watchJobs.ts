import { jobMarketAbi, type Deployment } from "@verimesh/sdk";
import { parseEventLogs, type Hex, type PublicClient } from "viem";
import type { Cursor } from "../journal/cursor.ts";
import { describeError, type Logger } from "../log.ts";
import { backoffSeconds, sleep } from "./backoff.ts";

export interface RequestedJob {
  readonly jobId: bigint;
  readonly modelId: bigint;
  readonly version: bigint;
  readonly inputWords: readonly bigint[];
  readonly inputCid: Hex;
}

export interface WatchOptions {
  readonly client: PublicClient;
  readonly deployment: Deployment;
  readonly cursor: Cursor;
  /** Blocks scanned again each time, so that a reorganisation of less than that hides no job. */
  readonly overlapBlocks: bigint;
  /** Most blocks in one query: nodes limit it. */
  readonly chunkBlocks: bigint;
  readonly pollSeconds: number;
  readonly log: Logger;
  /** A request, perhaps for the second time. The cursor moves on only after it resolves. */
  readonly onRequested: (job: RequestedJob) => Promise<void>;
  /** Something happened to this job. */
  readonly onChanged: (jobId: bigint) => void;
  /** Whether the node answers, each time that changes, with the head it told. */
  readonly onConnection?: (up: boolean, head: bigint | null) => void;
}

/**
 * Reads the market's events, chunk by chunk, from the cursor on, until the signal fires. Node failures are waited out
 * with bounded exponential backoff. An error of `onRequested` ends it.
 */
export async function watchJobs(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const { client, log } = options;
  let next = (await options.cursor.read()) ?? BigInt(options.deployment.deployedAtBlock);
  let failures = 0;
  // What the overlap shows again is not news, unless a reorganisation moved it to another block.
  let delivered = new Set<string>();
  while (!signal.aborted) {
    let logs: MarketLog[] = [];
    let scanned = next;
    try {
      const head = await client.getBlockNumber({ cacheTime: 0 });
      options.onConnection?.(true, head);
      // A head behind the cursor: the chain was reset or reorganised deeply. Follow it back.
      const start = min(next, head + 1n) - options.overlapBlocks;
      const from = max(BigInt(options.deployment.deployedAtBlock), start);
      const to = min(head, from + options.chunkBlocks - 1n);
      if (from <= to) logs = await readLogs(options, from, to);
      scanned = max(to + 1n, BigInt(options.deployment.deployedAtBlock));
      failures = 0;
      await deliver(
        logs.filter((entry) => !delivered.has(keyOf(entry))),
        options,
      );
      delivered = new Set(logs.map(keyOf));
      if (scanned !== next) await options.cursor.write(scanned);
      const behind = scanned <= head;
      next = scanned;
      if (behind) continue;
    } catch (error) {
      if (error instanceof HandlerFailure) throw error.cause;
      failures++;
      if (failures === 1) options.onConnection?.(false, null);
      log.warn({ error: describeError(error), failures }, "the node does not answer; trying again");
    }
    await sleep(failures > 0 ? backoffSeconds(failures) : options.pollSeconds, signal);
  }
}

async function readLogs(options: WatchOptions, fromBlock: bigint, toBlock: bigint) {
  const logs = await options.client.getLogs({ address: options.deployment.jobMarket, fromBlock, toBlock });
  return parseEventLogs({ abi: jobMarketAbi, logs, strict: true });
}

type MarketLog = Awaited<ReturnType<typeof readLogs>>[number];

function keyOf(entry: MarketLog): string {
  return `${entry.blockHash}:${entry.logIndex}`;
}

/** Tells a failure of this worker's own storage from one of the node. */
class HandlerFailure extends Error {}

async function deliver(logs: readonly MarketLog[], options: WatchOptions): Promise<void> {
  try {
    for (const { eventName, args } of logs) {
      if (eventName === "JobRequested") await options.onRequested(args);
      if ("jobId" in args) options.onChanged(args.jobId);
    }
  } catch (cause) {
    throw new HandlerFailure("the worker could not take a job down", { cause });
  }
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
