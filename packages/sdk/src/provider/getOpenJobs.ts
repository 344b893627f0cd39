import { jobMarketAbi } from "@verimesh/abi";
import type { Hex } from "viem";
import { getBlock } from "viem/actions";
import { getEvents } from "../client/getEvents.ts";
import { attempt } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { getJob, type MarketJob } from "../requester/getJob.ts";

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
 * The jobs that can be claimed now, oldest first.
 * @throws VerimeshError `RPC_UNREACHABLE`
 * @example
 * const [job] = await getOpenJobs(client, { deployment, modelId: 1n });
 */
export async function getOpenJobs(client: VerimeshClient, parameters: GetOpenJobsParameters): Promise<OpenJob[]> {
  const { deployment, modelId, toBlock, signal } = parameters;
  const events = await getEvents(client, {
    address: deployment.jobMarket,
    abi: jobMarketAbi,
    eventName: "JobRequested",
    args: { ...(modelId !== undefined && { modelId }) },
    fromBlock: parameters.fromBlock ?? BigInt(deployment.deployedAtBlock),
    toBlock,
    signal,
  });
  const { timestamp } = await attempt(() => getBlock(client), signal);
  const candidates = events.filter(({ args }) => args.claimBefore >= timestamp);
  const open: OpenJob[] = [];
  for (let start = 0; start < candidates.length; start += READS_AT_ONCE) {
    const read = candidates.slice(start, start + READS_AT_ONCE).map(async ({ args }) => {
      const job = await getJob(client, { deployment, jobId: args.jobId, signal });
      return { ...job, inputWords: args.inputWords, inputCid: args.inputCid };
    });
    open.push(...(await Promise.all(read)).filter(({ status }) => status === "requested"));
  }
  return open;
}
