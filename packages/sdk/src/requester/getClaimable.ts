import { VerimeshError } from "@verimesh/core";
import { type Address, zeroAddress } from "viem";
import { marketOf } from "../client/contracts.ts";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { formatAmount, getTokenUnit } from "../token/getBalance.ts";

export interface GetClaimableParameters extends ReadOptions {
  readonly owner: Address;
  /** ETH by default. */
  readonly token?: Address | undefined;
}

/**
 * What the market holds for an account: deposits, refunds, royalties, a provider's earnings. It can be withdrawn, spent on
 * requests (`fromBalance`) and given away. In the smallest unit of the token.
 * @throws VerimeshError `RPC_UNREACHABLE`
 * @example
 * const wei = await getClaimable(client, { deployment, owner: account.address });
 */
export async function getClaimable(client: VerimeshClient, parameters: GetClaimableParameters): Promise<bigint> {
  const { deployment, owner, token = zeroAddress, signal } = parameters;
  return read(client, { ...marketOf(deployment), functionName: "claimableOf", args: [owner, token] }, signal);
}

/**
 * Checks that an account can pay from its claimable balance.
 * @throws VerimeshError `FUNDS_INSUFFICIENT`, naming what is there and what is missing
 */
export async function requireClaimable(
  client: VerimeshClient,
  parameters: GetClaimableParameters & { readonly needed: bigint },
): Promise<void> {
  const { owner, token = zeroAddress, needed, signal } = parameters;
  const claimable = await getClaimable(client, parameters);
  if (claimable >= needed) return;
  const unit = await getTokenUnit(client, token, signal);
  throw new VerimeshError(
    `The balance of ${owner} in the market is short of ${formatAmount(needed - claimable, unit)}.`,
    {
      code: "FUNDS_INSUFFICIENT",
      details: `It holds ${formatAmount(claimable, unit)} and needs ${formatAmount(needed, unit)}. Use \`deposit\` first, or pay from the wallet.`,
    },
  );
}
