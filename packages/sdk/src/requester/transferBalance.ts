import { type Address, zeroAddress } from "viem";
import { marketOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface TransferBalanceParameters extends WriteOptions {
  readonly to: Address;
  /** In the smallest unit of the token. */
  readonly amount: bigint;
  /** ETH by default. */
  readonly token?: Address | undefined;
}

export type TransferBalanceReturnType = WriteResult;

/**
 * Gives part of the account's claimable balance in the market to another account, whose claimable balance it becomes.
 * @throws VerimeshError `BalanceInsufficient`, `RecipientInvalid`, and those of every write
 * @example
 * await transferBalance(client, { deployment, to: friend, amount: parseEther("0.01") });
 */
export async function transferBalance(
  client: VerimeshClient,
  parameters: TransferBalanceParameters,
): Promise<TransferBalanceReturnType> {
  const { deployment, to, token = zeroAddress, amount } = parameters;
  const call = { ...marketOf(deployment), functionName: "transferBalance", args: [to, token, amount] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
