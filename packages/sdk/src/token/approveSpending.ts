import { VerimeshError } from "@verimesh/core";
import { type Address, erc20Abi } from "viem";
import { addressOf, requireAccount, write } from "../client/write.ts";
import { read } from "../client/read.ts";
import type { VerimeshClient, WriteOptions } from "../client/types.ts";
import { formatAmount, getTokenUnit } from "./getBalance.ts";
import { type Permit, signPermit } from "./signPermit.ts";

/**
 * How a contract is allowed to take the tokens, where the allowance does not suffice already. `permit`: by a signature
 * (ERC-2612), in the same transaction. `approve`: by a transaction before it. `allowance`: not at all.
 */
export type TokenApproval = "permit" | "approve" | "allowance";

export interface ApproveSpendingParameters extends WriteOptions {
  readonly token: Address;
  readonly spender: Address;
  readonly amount: bigint;
  readonly tokenApproval?: TokenApproval | undefined;
}

/**
 * Makes sure that `spender` may take `amount`. Exactly the amount is approved, never more.
 * @returns the permit to send along, if one is needed
 * @throws VerimeshError `ALLOWANCE_INSUFFICIENT`, `PERMIT_UNSUPPORTED`
 */
export async function approveSpending(
  client: VerimeshClient,
  parameters: ApproveSpendingParameters,
): Promise<Permit | undefined> {
  const { token, spender, amount, tokenApproval = "permit", signal } = parameters;
  const owner = addressOf(requireAccount(client, parameters.account));
  const call = { address: token, abi: erc20Abi, functionName: "allowance", args: [owner, spender] } as const;
  const allowance = await read(client, call, signal);
  if (allowance >= amount) return undefined;
  if (tokenApproval === "permit") return signPermit(client, parameters);
  if (tokenApproval === "approve") {
    const approve = { address: token, abi: erc20Abi, functionName: "approve", args: [spender, amount] } as const;
    await write(client, approve, parameters);
    return undefined;
  }
  const unit = await getTokenUnit(client, token, signal);
  throw new VerimeshError(
    `${spender} may take ${formatAmount(allowance, unit)} and needs ${formatAmount(amount, unit)}.`,
    {
      code: "ALLOWANCE_INSUFFICIENT",
      details: 'Approve the amount first, or pass tokenApproval: "permit" or "approve".',
    },
  );
}
