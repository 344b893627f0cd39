import { jobMarketAbi } from "@verimesh/abi";
import type { Address, Hex } from "viem";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";

export interface GetJobParameters extends ReadOptions {
  readonly jobId: bigint;
  /** The latest block by default. */
  readonly blockNumber?: bigint | undefined;
}

/** In the order of the contract's enums, which only ever grow at the end. */
const STATUSES = ["none", "requested", "assigned", "settled", "refunded"] as const;
const REASONS = ["none", "delivered", "noProvider", "providerTimeout", "cancelled"] as const;
const POLICIES = ["proof"] as const;

export type JobStatus = (typeof STATUSES)[number];
export type EndReason = (typeof REASONS)[number];
export type JobPolicy = (typeof POLICIES)[number];

export interface MarketJob {
  readonly jobId: bigint;
  readonly status: JobStatus;
  /** Why it ended; `none` while it has not. */
  readonly reason: EndReason;
  readonly policy: JobPolicy;
  readonly requester: Address;
  /** The zero address while nobody has claimed it. */
  readonly provider: Address;
  readonly modelId: bigint;
  readonly version: bigint;
  /** The zero address for ETH. */
  readonly token: Address;
  readonly fee: bigint;
  readonly royaltyBps: number;
  readonly protocolFeeBps: number;
  /** Claims that missed their deadline so far. */
  readonly attempts: number;
  /** Unix seconds. */
  readonly claimBefore: bigint;
  readonly proveSeconds: number;
  /** Unix seconds; 0 while nobody has claimed it. */
  readonly proveBefore: bigint;
  readonly callback: Address;
  readonly callbackGasLimit: number;
  readonly outputWords: number;
  readonly inputHash: Hex;
}

/**
 * A job as the market keeps it.
 * @throws VerimeshError `JobUnknown`, `RPC_UNREACHABLE`
 * @example
 * const { status, reason } = await getJob(client, { deployment, jobId: 1n });
 */
export async function getJob(client: VerimeshClient, parameters: GetJobParameters): Promise<MarketJob> {
  const { deployment, jobId, blockNumber, signal } = parameters;
  const call = { address: deployment.jobMarket, abi: jobMarketAbi, functionName: "jobOf", args: [jobId] } as const;
  const job = await read(client, { ...call, ...(blockNumber !== undefined && { blockNumber }) }, signal);
  return {
    ...job,
    jobId,
    status: STATUSES[job.status]!,
    reason: REASONS[job.reason]!,
    policy: POLICIES[job.policy]!,
  };
}
