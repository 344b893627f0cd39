import { VerimeshError } from "@verimesh/core";
import { type Address, getAddress, isAddress } from "viem";
import type { Role } from "../account/resolveAccount.ts";
import { connectAs, type Context } from "./Context.ts";
import { amountText, parseToken, vmeshText } from "./payment.ts";

export interface WithdrawOptions {
  readonly token?: string;
  readonly to?: string;
  readonly slashProceeds?: boolean;
  readonly bondProceeds?: boolean;
  /** Providers only. */
  readonly stake?: boolean;
}

/** Pays out what the market owes, or what of slashed bonds or challenges is the account's, or stake that has unbonded. */
export async function withdraw(context: Context, role: Role, options: WithdrawOptions): Promise<void> {
  const recipient = parseRecipient(options.to);
  const { out, signal } = context;
  const { wallet, account, deployment } = await connectAs(context, role);
  const token = parseToken(options.token, deployment);
  // Staking and policy contracts pay in VMESH and to the account itself.
  const isVmesh = options.stake === true || options.slashProceeds === true || options.bondProceeds === true;
  const { amount, transactionHash } = options.stake
    ? await wallet.withdrawUnstaked({ signal })
    : options.slashProceeds
      ? await wallet.withdrawSlashProceeds({ signal })
      : options.bondProceeds
        ? await wallet.withdrawBondProceeds({ signal })
        : await wallet.withdraw({ token, to: recipient, signal });
  const to = recipient ?? account.address;
  out.facts({
    Withdrawn: isVmesh ? vmeshText(amount) : amountText(amount, token, deployment),
    To: to,
    Transaction: transactionHash,
  });
  out.result({ amount, account: account.address, to, transactionHash });
}

function parseRecipient(text: string | undefined): Address | undefined {
  if (text === undefined) return undefined;
  if (isAddress(text)) return getAddress(text);
  throw new VerimeshError(`The recipient is not an address: ${text.slice(0, 60)}`, { code: "OPTION_INVALID" });
}
