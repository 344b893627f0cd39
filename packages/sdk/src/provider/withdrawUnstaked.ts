import type { Address } from "viem";
import { stakingOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { addressOf, requireAccount, write } from "../client/write.ts";

export interface WithdrawUnstakedParameters extends WriteOptions {
  /** From whose pool; the account's own by default. A delegator names its provider. */
  readonly provider?: Address | undefined;
}

export interface WithdrawUnstakedReturnType extends WriteResult {
  readonly amount: bigint;
}

/**
 * Withdraws the stake that has finished unbonding, less what was slashed meanwhile.
 * @throws VerimeshError `NothingUnbonding`, `UnbondingNotReady`, and those of every write
 * @example
 * const { amount } = await withdrawUnstaked(client, { deployment });
 */
export async function withdrawUnstaked(
  client: VerimeshClient,
  parameters: WithdrawUnstakedParameters,
): Promise<WithdrawUnstakedReturnType> {
  const provider = parameters.provider ?? addressOf(requireAccount(client, parameters.account));
  const call = { ...stakingOf(parameters.deployment), functionName: "withdrawUnstaked", args: [provider] } as const;
  const { result, transactionHash, receipt } = await write(client, call, parameters);
  return { amount: result, transactionHash, receipt };
}
