import type { Address } from "viem";
import { optimisticOf, selectionOf, stakingOf } from "../client/contracts.ts";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";

export interface GetProviderParameters extends ReadOptions {
  readonly provider: Address;
}

/** Amounts in the smallest unit of the protocol's token. */
export interface Provider {
  readonly provider: Address;
  /** All stake that carries bonds, its own and its delegators': its weight in the draw, once listings are synced. */
  readonly stake: bigint;
  /** The part of `stake` that is its own. */
  readonly ownStake: bigint;
  /** What bonds of running jobs hold, of `stake` and of what is unbonding. */
  readonly locked: bigint;
  /** What new bonds can stand on. */
  readonly free: bigint;
  /** Its own stake that is unbonding, and until when (seconds since the epoch). */
  readonly unbonding: bigint;
  readonly unbondingReadyAt: bigint;
  /** Shares of slashed bonds that wait to be withdrawn. */
  readonly slashProceeds: bigint;
  /** Bonds back, winnings and juror's shares of challenges that wait to be withdrawn. */
  readonly bondProceeds: bigint;
  /** What each job, or each seat on a panel, locks. */
  readonly bondAmount: bigint;
  /** How many jobs it takes at once, and how many it has. */
  readonly capacity: number;
  readonly activeJobs: number;
  /** How many more jobs it can be drawn for now: places and bonds. */
  readonly placesFree: bigint;
  /** The part of what delegated stake earns that it keeps, now and from `commissionChangesAt` on (0: no change). */
  readonly commissionBps: number;
  readonly nextCommissionBps: number;
  readonly commissionChangesAt: bigint;
  readonly hasDelegators: boolean;
  /** How much more others can stake with it: no more than its own stake covers. */
  readonly delegationRoom: bigint;
  /** The tokens that it ever accepted; the zero address for ETH. */
  readonly earningTokens: readonly Address[];
  /** Jobs from which it may still step back today (UTC). */
  readonly declinesLeft: bigint;
}

/**
 * A provider: its pool of stake, and what it can take on. `getListings` tells what it serves for how much.
 * @throws VerimeshError `RPC_UNREACHABLE`
 * @example
 * const { free, placesFree, declinesLeft } = await getProvider(client, { deployment, provider: account.address });
 */
export async function getProvider(client: VerimeshClient, parameters: GetProviderParameters): Promise<Provider> {
  const { deployment, provider, signal } = parameters;
  const staking = stakingOf(deployment);
  const args = [provider] as const;
  const [
    pool,
    own,
    free,
    canTakeJob,
    slashProceeds,
    bondProceeds,
    bondAmount,
    earningTokens,
    declinesLeft,
    delegationRoom,
  ] = await Promise.all([
    read(client, { ...staking, functionName: "poolOf", args }, signal),
    read(client, { ...staking, functionName: "positionOf", args: [provider, provider] }, signal),
    read(client, { ...staking, functionName: "freeStakeOf", args }, signal),
    read(client, { ...staking, functionName: "canLockBond", args }, signal),
    read(client, { ...staking, functionName: "slashProceedsOf", args }, signal),
    read(client, { ...optimisticOf(deployment), functionName: "bondProceedsOf", args }, signal),
    read(client, { ...staking, functionName: "bondAmount" }, signal),
    read(client, { ...staking, functionName: "earningTokensOf", args }, signal),
    read(client, { ...selectionOf(deployment), functionName: "declinesLeft", args }, signal),
    read(client, { ...staking, functionName: "delegationRoomOf", args }, signal),
  ]);
  const { assets: stake, locked, capacity, activeJobs, hasDelegators } = pool;
  const { commissionBps, nextCommissionBps, commissionChangesAt } = pool;
  const places = BigInt(Math.max(0, capacity - activeJobs));
  const bonds = bondAmount === 0n ? places : free / bondAmount;
  return {
    ...{ provider, stake, ownStake: own.stake, locked, free, unbonding: own.unbonding },
    ...{ unbondingReadyAt: own.unbondingReadyAt, slashProceeds, bondProceeds, bondAmount, capacity, activeJobs },
    placesFree: !canTakeJob ? 0n : places < bonds ? places : bonds,
    ...{
      commissionBps,
      nextCommissionBps,
      commissionChangesAt,
      hasDelegators,
      delegationRoom,
      earningTokens,
      declinesLeft,
    },
  };
}
