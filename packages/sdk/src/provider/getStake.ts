import type { Address } from "viem";
import { stakingOf } from "../client/contracts.ts";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";

export interface GetStakeParameters extends ReadOptions {
  readonly provider: Address;
  /** Whose stake in the provider's pool: the provider's own, or a delegator's. */
  readonly owner: Address;
}

/** What the shares are worth now, in the smallest unit of the protocol's token: a slash makes them worth less. */
export interface StakeInPool {
  readonly stake: bigint;
  readonly unbonding: bigint;
  /** When `withdrawUnstaked` pays it out, in seconds since the epoch; 0 where nothing is unbonding. */
  readonly unbondingReadyAt: bigint;
}

/**
 * What an account has in a provider's pool.
 * @throws VerimeshError `RPC_UNREACHABLE`
 * @example
 * const { stake } = await getStake(client, { deployment, provider, owner: account.address });
 */
export async function getStake(client: VerimeshClient, parameters: GetStakeParameters): Promise<StakeInPool> {
  const { deployment, provider, owner, signal } = parameters;
  const call = { ...stakingOf(deployment), functionName: "positionOf", args: [provider, owner] } as const;
  const { stake, unbonding, unbondingReadyAt } = await read(client, call, signal);
  return { stake, unbonding, unbondingReadyAt };
}
