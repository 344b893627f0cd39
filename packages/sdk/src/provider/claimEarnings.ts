import { type Address, zeroAddress } from "viem";
import { stakingOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { addressOf, requireAccount, write } from "../client/write.ts";

export interface ClaimEarningsParameters extends WriteOptions {
  /** Whose earnings are shared; the account itself by default. A delegator names its provider. */
  readonly provider?: Address | undefined;
  /** ETH by default. */
  readonly token?: Address | undefined;
}

export interface ClaimEarningsReturnType extends WriteResult {
  /** Now in the account's claimable balance: `withdraw` pays it out. */
  readonly amount: bigint;
}

/**
 * Moves the account's share of what a provider earned with its delegators' stake into its claimable balance.
 * @throws VerimeshError `NoEarnings`, and those of every write
 * @example
 * await claimEarnings(client, { deployment, provider });
 * await withdraw(client, { deployment });
 */
export async function claimEarnings(
  client: VerimeshClient,
  parameters: ClaimEarningsParameters,
): Promise<ClaimEarningsReturnType> {
  const { deployment, token = zeroAddress } = parameters;
  const provider = parameters.provider ?? addressOf(requireAccount(client, parameters.account));
  const call = { ...stakingOf(deployment), functionName: "claimEarnings", args: [provider, token] } as const;
  const { result, transactionHash, receipt } = await write(client, call, parameters);
  return { amount: result, transactionHash, receipt };
}
