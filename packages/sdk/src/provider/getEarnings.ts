import type { Address } from "viem";
import { stakingOf } from "../client/contracts.ts";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";

export interface GetEarningsParameters extends ReadOptions {
  /** Whose earnings are shared. */
  readonly provider: Address;
  /** Who has the share: the provider itself, or a delegator. */
  readonly owner: Address;
}

export interface SharedEarnings {
  /** The zero address for ETH. */
  readonly token: Address;
  readonly amount: bigint;
}

/**
 * The account's shares of what a provider earned with its delegators' stake, that `claimEarnings` would move into its
 * claimable balance. Tokens in which there is nothing are left out.
 * @throws VerimeshError `RPC_UNREACHABLE`
 * @example
 * for (const { token } of await getEarnings(client, { deployment, provider, owner: account.address }))
 *   await claimEarnings(client, { deployment, provider, token });
 */
export async function getEarnings(
  client: VerimeshClient,
  parameters: GetEarningsParameters,
): Promise<SharedEarnings[]> {
  const { deployment, provider, owner, signal } = parameters;
  const staking = stakingOf(deployment);
  const tokens = await read(client, { ...staking, functionName: "earningTokensOf", args: [provider] }, signal);
  const shares = tokens.map(async (token) => {
    const args = [provider, owner, token] as const;
    return { token, amount: await read(client, { ...staking, functionName: "claimableEarningsOf", args }, signal) };
  });
  return (await Promise.all(shares)).filter(({ amount }) => amount > 0n);
}
