import { type Address, zeroAddress } from "viem";
import { marketOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { addressOf, requireAccount, write } from "../client/write.ts";

export interface WithdrawParameters extends WriteOptions {
  /** ETH by default. */
  readonly token?: Address | undefined;
  /** The account itself by default. */
  readonly to?: Address | undefined;
}

export interface WithdrawReturnType extends WriteResult {
  readonly amount: bigint;
}

/**
 * Pays out all that the market holds for the account in a token.
 * @throws VerimeshError `NothingClaimable`, `RecipientInvalid`, `EtherTransferFailed`, and those of every write
 * @example
 * const { amount } = await withdraw(client, { deployment });
 */
export async function withdraw(client: VerimeshClient, parameters: WithdrawParameters): Promise<WithdrawReturnType> {
  const { deployment, token = zeroAddress } = parameters;
  const to = parameters.to ?? addressOf(requireAccount(client, parameters.account));
  const call = { ...marketOf(deployment), functionName: "withdraw", args: [token, to] } as const;
  const { result, transactionHash, receipt } = await write(client, call, parameters);
  return { amount: result, transactionHash, receipt };
}
