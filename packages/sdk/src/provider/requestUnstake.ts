import type { Address } from "viem";
import { stakingOf } from "../client/contracts.ts";
import { eventsIn } from "../client/eventsIn.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { addressOf, requireAccount, write } from "../client/write.ts";

export interface RequestUnstakeParameters extends WriteOptions {
  /** In the smallest unit of the protocol's token. */
  readonly amount: bigint;
  /** In whose pool; the account's own by default. A delegator names its provider. */
  readonly provider?: Address | undefined;
}

export interface RequestUnstakeReturnType extends WriteResult {
  /** When `withdrawUnstaked` pays out, in seconds since the epoch. */
  readonly readyAt: bigint;
}

/**
 * Starts the unbonding of stake that no bond holds. Until it is over it can still be slashed. A second request restarts
 * the delay for all that the account is unbonding there.
 * @throws VerimeshError `StakeInsufficient`, `PositionInsufficient`, `StakeAmountZero`, and those of every write
 * @example
 * const { readyAt } = await requestUnstake(client, { deployment, amount: parseEther("100") });
 */
export async function requestUnstake(
  client: VerimeshClient,
  parameters: RequestUnstakeParameters,
): Promise<RequestUnstakeReturnType> {
  const { deployment, amount } = parameters;
  const staking = stakingOf(deployment);
  const provider = parameters.provider ?? addressOf(requireAccount(client, parameters.account));
  const call = { ...staking, functionName: "requestUnstake", args: [provider, amount] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  const [requested] = eventsIn(receipt, staking, "UnstakeRequested");
  return { readyAt: requested?.args.readyAt ?? 0n, transactionHash, receipt };
}
