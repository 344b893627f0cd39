import { jobMarketAbi, optimisticPolicyAbi, quorumPolicyAbi, type Deployment } from "@verimesh/sdk";
import { type Address, parseEventLogs, type Hex, type PublicClient } from "viem";
import type { Cursor } from "../journal/cursor.ts";
import { isJournalFailure } from "../journal/Journal.ts";
import { describeError, type Logger } from "../log.ts";
import { backoffSeconds, sleep } from "./backoff.ts";
import type { Head } from "./Head.ts";

export interface RequestedJob {
  readonly jobId: bigint;
  readonly modelId: bigint;
  readonly version: bigint;
  readonly policy: number;
  readonly requester: Address;
  readonly token: Address;
  readonly fee: bigint;
  readonly inputWords: readonly bigint[];
  readonly inputCid: Hex;
}

export interface WatchOptions {
  readonly client: PublicClient;
  readonly deployment: Deployment;
  readonly provider: Address;
  readonly cursor: Cursor;
  readonly head: Head;
  /** Blocks scanned again each time, so that a reorganisation of less than that hides no job. */
  readonly overlapBlocks: bigint;
  /** Most blocks in one query: nodes limit it. */
  readonly chunkBlocks: bigint;
  readonly pollSeconds: number;
  readonly log: Logger;
  /** A request, perhaps for the second time. The cursor moves on only after it resolves. */
  readonly onRequested: (job: RequestedJob) => Promise<void>;
  /** The provider was drawn for this job, alone or for a panel. The cursor moves on only after it resolves. */
  readonly onDrawn: (jobId: bigint) => Promise<void>;
  /** Something happened to this job. */
  readonly onChanged: (jobId: bigint) => void;
  /** Whether the node answers, each time that changes, with the head it told. */
  readonly onConnection?: (up: boolean, head: bigint | null) => void;
}

/**
 * Reads the events of the market and the policies, chunk by chunk, from the cursor on, until the signal fires. Node
 * failures are waited out with bounded exponential backoff. A journal that cannot be written ends it.
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
      const { number: head, timestamp } = await client.getBlock();
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
      // After the events: whoever waits for the block sees what came with it.
      options.head.moved(Number(head), Number(timestamp));
      const behind = scanned <= head;
      next = scanned;
      if (behind) continue;
    } catch (error) {
      if (isJournalFailure(error)) throw error;
      failures++;
      if (failures === 1) options.onConnection?.(false, null);
      log.warn({ error: describeError(error), failures }, "the node does not answer; trying again");
    }
    await sleep(failures > 0 ? backoffSeconds(failures) : options.pollSeconds, signal);
  }
}

const EVENTS = [...jobMarketAbi, ...quorumPolicyAbi, ...optimisticPolicyAbi].filter(({ type }) => type === "event");

interface EventArgs {
  readonly jobId?: bigint;
  readonly provider?: Address;
  readonly providers?: readonly Address[];
}

interface MarketLog {
  readonly eventName: string;
  readonly args: EventArgs;
  readonly blockHash: Hex;
  readonly logIndex: number;
}

async function readLogs({ client, deployment }: WatchOptions, fromBlock: bigint, toBlock: bigint) {
  const address = [deployment.jobMarket, deployment.quorumPolicy, deployment.optimisticPolicy];
  const logs = await client.getLogs({ address, fromBlock, toBlock });
  return parseEventLogs({ abi: EVENTS, logs, strict: true }) as unknown as MarketLog[];
}

function keyOf(entry: MarketLog): string {
  return `${entry.blockHash}:${entry.logIndex}`;
}

async function deliver(logs: readonly MarketLog[], options: WatchOptions): Promise<void> {
  for (const { eventName, args } of logs) {
    if (eventName === "JobRequested") await options.onRequested(args as RequestedJob);
    if (isDrawn(eventName, args, options.provider)) await options.onDrawn(args.jobId!);
    if (args.jobId !== undefined) options.onChanged(args.jobId);
  }
}

function isDrawn(eventName: string, args: EventArgs, provider: Address): boolean {
  if (eventName === "JobAssigned") return args.provider === provider;
  return eventName === "PanelDrawn" && args.providers!.includes(provider);
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
