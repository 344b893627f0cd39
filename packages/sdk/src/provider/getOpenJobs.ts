import type { Hex } from "viem";
import { getBlock } from "viem/actions";
import { marketOf } from "../client/contracts.ts";
import { getEvents } from "../client/getEvents.ts";
import { attempt } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { type MarketJob, readJob } from "../job/readJob.ts";

export interface GetOpenJobsParameters extends ReadOptions {
  /** One model; all of them by default. */
  readonly modelId?: bigint | undefined;
  /** The block of the oldest request to look at. The deployment's first block by default. */
  readonly fromBlock?: bigint | undefined;
  readonly toBlock?: bigint | undefined;
}

export interface OpenJob extends MarketJob {
  readonly inputWords: readonly bigint[];
  /** Binary CID of the input's bytes, as the requester wrote it; `0x` where the words are the input. */
  readonly inputCid: Hex;
}

const READS_AT_ONCE = 20;

/**
 * The jobs that wait for a provider: those that are drawn for (`phase: "drawing"`), and those in their open round, which
 * any serving provider may deliver (`"open"`). Oldest first.
 * @throws VerimeshError `RPC_UNREACHABLE`
 * @example
 * const [job] = await getOpenJobs(client, { deployment, modelId: 1n });
 */
export async function getOpenJobs(client: VerimeshClient, parameters: GetOpenJobsParameters): Promise<OpenJob[]> {
  const { deployment, modelId, toBlock, signal } = parameters;
  const fromBlock = parameters.fromBlock ?? BigInt(deployment.deployedAtBlock);
  const query = { ...marketOf(deployment), fromBlock, toBlock, signal } as const;
  const ofModel = { args: { ...(modelId !== undefined && { modelId }) } };
  // Ends are asked for after the requests, so that none is missed; a job that ends later is dropped by its status.
  const requested = await getEvents(client, { ...query, ...ofModel, eventName: "JobRequested" });
  const ends = await Promise.all([
    getEvents(client, { ...query, ...ofModel, eventName: "JobSettled" }),
    getEvents(client, { ...query, ...ofModel, eventName: "JobDecided" }),
    getEvents(client, { ...query, eventName: "JobRefunded" }),
  ]);
  const ended = new Set(ends.flat().map(({ args }) => args.jobId));
  const candidates = requested.filter(({ args }) => !ended.has(args.jobId));
  const { timestamp: now } = await attempt(() => getBlock(client), signal);
  const open: OpenJob[] = [];
  for (let start = 0; start < candidates.length; start += READS_AT_ONCE) {
    const reads = candidates.slice(start, start + READS_AT_ONCE).map(async ({ args }) => {
      const job = await readJob(client, { deployment, jobId: args.jobId, now, signal });
      return { ...job, inputWords: args.inputWords, inputCid: args.inputCid };
    });
    const waiting = (job: OpenJob): boolean => job.status === "requested" && job.overdueAction === undefined;
    open.push(...(await Promise.all(reads)).filter(waiting));
  }
  return open;
}
