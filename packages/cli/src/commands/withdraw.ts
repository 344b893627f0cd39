import { VerimeshError } from "@verimesh/core";
import { type Address, formatEther, getAddress, isAddress, zeroAddress } from "viem";
import type { Role } from "../account/resolveAccount.ts";
import { amountText } from "../output/format.ts";
import { connectAs, type Context } from "./Context.ts";

export interface WithdrawOptions {
  readonly token?: string;
  readonly to?: string;
  readonly slashProceeds?: boolean;
  /** Providers only. */
  readonly stake?: boolean;
}

/** Pays out what the market owes, or the account's share of slashed bonds, or stake that has finished unbonding. */
export async function withdraw(context: Context, role: Role, options: WithdrawOptions): Promise<void> {
  const token = parseAddress("token", options.token);
  const recipient = parseAddress("recipient", options.to);
  const { out, signal } = context;
  const { wallet, account } = await connectAs(context, role);
  // The staking contract pays in VMESH and to the account itself.
  const isVmesh = options.stake === true || options.slashProceeds === true;
  const { amount, transactionHash } = options.stake
    ? await wallet.withdrawUnstaked({ signal })
    : options.slashProceeds
      ? await wallet.withdrawSlashProceeds({ signal })
      : await wallet.withdraw({ token, to: recipient, signal });
  const to = recipient ?? account.address;
  out.facts({
    Withdrawn: isVmesh ? `${formatEther(amount)} VMESH` : amountText(amount, token ?? zeroAddress),
    To: to,
    Transaction: transactionHash,
  });
  out.result({ amount, account: account.address, to, transactionHash });
}

function parseAddress(what: string, text: string | undefined): Address | undefined {
  if (text === undefined) return undefined;
  if (isAddress(text)) return getAddress(text);
  throw new VerimeshError(`The ${what} is not an address: ${text.slice(0, 60)}`, { code: "OPTION_INVALID" });
}
