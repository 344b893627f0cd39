import type { Address, Hash } from "viem";
import { marketOf } from "../client/contracts.ts";
import { getEvents } from "../client/getEvents.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import type { PaidPrice } from "../job/settlementIn.ts";

export interface GetPaymentsParameters extends ReadOptions {
  /** One job; all of them by default. */
  readonly jobId?: bigint | undefined;
  /** One provider; all of them by default. */
  readonly provider?: Address | undefined;
  /** One author; all of them by default. */
  readonly author?: Address | undefined;
  /** The deployment's first block by default. */
  readonly fromBlock?: bigint | undefined;
  readonly toBlock?: bigint | undefined;
}

export interface JobPayment extends PaidPrice {
  readonly jobId: bigint;
  /** Who held the model's token when the job was settled. */
  readonly author: Address;
  readonly blockNumber: bigint;
  readonly transactionHash: Hash;
}

/**
 * How the prices of settled jobs were split, in the smallest unit of each job's token, oldest first: one entry for each
 * provider that was paid.
 * @throws VerimeshError `RPC_UNREACHABLE`
 * @example
 * const [payment] = await getPayments(client, { deployment, jobId });
 */
export async function getPayments(client: VerimeshClient, parameters: GetPaymentsParameters): Promise<JobPayment[]> {
  const { deployment, jobId, provider, author, toBlock, signal } = parameters;
  const events = await getEvents(client, {
    ...marketOf(deployment),
    eventName: "FeePaid",
    args: {
      ...(jobId !== undefined && { jobId }),
      ...(provider !== undefined && { provider }),
      ...(author !== undefined && { author }),
    },
    fromBlock: parameters.fromBlock ?? BigInt(deployment.deployedAtBlock),
    toBlock,
    signal,
  });
  return events.map(({ args, blockNumber, transactionHash }) => ({ ...args, blockNumber, transactionHash }));
}
