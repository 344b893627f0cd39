import { jobMarketAbi } from "@verimesh/abi";
import type { Address, Hash } from "viem";
import { getEvents } from "../client/getEvents.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";

export interface GetPaymentsParameters extends ReadOptions {
  /** One job; all of them by default. */
  readonly jobId?: bigint | undefined;
  /** One author; all of them by default. */
  readonly author?: Address | undefined;
  /** The deployment's first block by default. */
  readonly fromBlock?: bigint | undefined;
  readonly toBlock?: bigint | undefined;
}

export interface JobPayment {
  readonly jobId: bigint;
  /** Who held the model's token when the job was settled. */
  readonly author: Address;
  readonly providerAmount: bigint;
  readonly royaltyAmount: bigint;
  readonly protocolAmount: bigint;
  readonly blockNumber: bigint;
  readonly transactionHash: Hash;
}

/**
 * How the fees of settled jobs were split, in the smallest unit of each job's token, oldest first.
 * @throws VerimeshError `RPC_UNREACHABLE`
 * @example
 * const [payment] = await getPayments(client, { deployment, jobId });
 */
export async function getPayments(client: VerimeshClient, parameters: GetPaymentsParameters): Promise<JobPayment[]> {
  const { deployment, jobId, author, toBlock, signal } = parameters;
  const events = await getEvents(client, {
    address: deployment.jobMarket,
    abi: jobMarketAbi,
    eventName: "FeePaid",
    args: { ...(jobId !== undefined && { jobId }), ...(author !== undefined && { author }) },
    fromBlock: parameters.fromBlock ?? BigInt(deployment.deployedAtBlock),
    toBlock,
    signal,
  });
  return events.map(({ args, blockNumber, transactionHash }) => ({ ...args, blockNumber, transactionHash }));
}
