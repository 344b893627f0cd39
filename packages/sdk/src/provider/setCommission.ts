import { stakingOf } from "../client/contracts.ts";
import { eventsIn } from "../client/eventsIn.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface SetCommissionParameters extends WriteOptions {
  /** The part of what delegated stake earns that the account keeps, in basis points. */
  readonly commissionBps: number;
}

export interface SetCommissionReturnType extends WriteResult {
  /** From when it counts, in seconds since the epoch: a cut at once, a raise after the unbonding delay. */
  readonly effectiveAt: bigint;
}

/**
 * Sets the commission that the account takes from its delegators. At first it is all of what they earn.
 * @throws VerimeshError `CommissionTooHigh`, and those of every write
 * @example
 * await setCommission(client, { deployment, commissionBps: 1000 });
 */
export async function setCommission(
  client: VerimeshClient,
  parameters: SetCommissionParameters,
): Promise<SetCommissionReturnType> {
  const { deployment, commissionBps } = parameters;
  const staking = stakingOf(deployment);
  const call = { ...staking, functionName: "setCommission", args: [BigInt(commissionBps)] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  const [set] = eventsIn(receipt, staking, "CommissionSet");
  return { effectiveAt: set?.args.effectiveAt ?? 0n, transactionHash, receipt };
}
