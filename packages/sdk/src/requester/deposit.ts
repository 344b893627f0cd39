import { type Address, zeroAddress } from "viem";
import { marketOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { addressOf, requireAccount, write } from "../client/write.ts";
import { approveSpending, type TokenApproval } from "../token/approveSpending.ts";
import { requireBalance } from "../token/getBalance.ts";

export interface DepositParameters extends WriteOptions {
  /** In the smallest unit of the token. */
  readonly amount: bigint;
  /** ETH by default. */
  readonly token?: Address | undefined;
  /** Whose balance it adds to; the account's own by default. */
  readonly to?: Address | undefined;
  /** `approve` (the default) sends a transaction before; `allowance` relies on what is approved already. */
  readonly tokenApproval?: Exclude<TokenApproval, "permit"> | undefined;
}

export type DepositReturnType = WriteResult;

/**
 * Adds to a claimable balance in the market, to pay for requests with (`fromBalance`), also those that are relayed.
 * @throws VerimeshError `FUNDS_INSUFFICIENT`, `TokenAmountMismatch`, `RecipientInvalid`, `ALLOWANCE_INSUFFICIENT`, and
 * those of every write
 * @example
 * await deposit(client, { deployment, amount: parseEther("0.1") });
 * await requestJob(client, { deployment, modelId: 1n, version: 1n, fee, input, fromBalance: true });
 */
export async function deposit(client: VerimeshClient, parameters: DepositParameters): Promise<DepositReturnType> {
  const { deployment, amount, token = zeroAddress, tokenApproval = "approve", signal } = parameters;
  const payer = addressOf(requireAccount(client, parameters.account));
  const market = marketOf(deployment);
  await requireBalance(client, payer, token, amount, signal);
  if (token !== zeroAddress) {
    await approveSpending(client, { ...parameters, token, spender: market.address, tokenApproval });
  }
  const args = [token, amount, parameters.to ?? payer] as const;
  const call = { ...market, functionName: "deposit", args, ...(token === zeroAddress && { value: amount }) } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
