import { jobMarketAbi, providerStakingAbi } from "@verimesh/abi";
import type { Address } from "viem";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";

export interface GetProviderParameters extends ReadOptions {
  readonly provider: Address;
}

/** Amounts in the smallest unit of the protocol's token. */
export interface Provider {
  readonly provider: Address;
  /** All that is staked and not unbonding. */
  readonly active: bigint;
  /** The part of `active` that bonds of running jobs hold. */
  readonly locked: bigint;
  /** `active` less `locked`. */
  readonly free: bigint;
  readonly unbonding: bigint;
  /** Unix seconds. */
  readonly unbondingReadyAt: bigint;
  /** Shares of slashed bonds that wait to be withdrawn. */
  readonly slashProceeds: bigint;
  /** What each claim locks. */
  readonly bondAmount: bigint;
  /** How many jobs `free` allows to claim at once. */
  readonly claimsAvailable: bigint;
}

/**
 * A provider's stake.
 * @throws VerimeshError `RPC_UNREACHABLE`
 * @example
 * const { free, claimsAvailable } = await getProvider(client, { deployment, provider: account.address });
 */
export async function getProvider(client: VerimeshClient, parameters: GetProviderParameters): Promise<Provider> {
  const { deployment, provider, signal } = parameters;
  const staking = { address: deployment.providerStaking, abi: providerStakingAbi } as const;
  const args = [provider] as const;
  const [account, free, slashProceeds, bondAmount] = await Promise.all([
    read(client, { ...staking, functionName: "accountOf", args }, signal),
    read(client, { ...staking, functionName: "freeStakeOf", args }, signal),
    read(client, { ...staking, functionName: "slashProceedsOf", args }, signal),
    read(client, { address: deployment.jobMarket, abi: jobMarketAbi, functionName: "bondAmount" }, signal),
  ]);
  const { active, locked, unbonding, unbondingReadyAt } = account;
  const claimsAvailable = bondAmount === 0n ? 2n ** 64n : free / bondAmount;
  return { provider, active, locked, free, unbonding, unbondingReadyAt, slashProceeds, bondAmount, claimsAvailable };
}
