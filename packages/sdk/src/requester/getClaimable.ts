import { jobMarketAbi } from "@verimesh/abi";
import { type Address, zeroAddress } from "viem";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";

export interface GetClaimableParameters extends ReadOptions {
  readonly owner: Address;
  /** ETH by default. */
  readonly token?: Address | undefined;
}

/**
 * What the market holds for an account: refunds, royalties, a provider's earnings. In the smallest unit of the token.
 * @throws VerimeshError `RPC_UNREACHABLE`
 * @example
 * const wei = await getClaimable(client, { deployment, owner: account.address });
 */
export async function getClaimable(client: VerimeshClient, parameters: GetClaimableParameters): Promise<bigint> {
  const { deployment, owner, token = zeroAddress, signal } = parameters;
  const call = { address: deployment.jobMarket, abi: jobMarketAbi, functionName: "claimableOf" } as const;
  return read(client, { ...call, args: [owner, token] }, signal);
}
