import { VerimeshError } from "@verimesh/core";
import { type Address, formatEther, getAddress, isAddress, parseEther } from "viem";
import { amountText, timeText } from "../output/format.ts";
import { connectAs, type Context, type Reader } from "./Context.ts";

/** Adds stake, in VMESH. */
export async function addStake(context: Context, amountText: string): Promise<void> {
  const amount = parseAmount(amountText);
  const { client, wallet, account } = await connectAs(context, "provider");
  context.out.progress(`Staking ${formatEther(amount)} VMESH as ${account.address}`);
  const { transactionHash } = await wallet.stake({ amount, signal: context.signal });
  await report(context, client, account.address, transactionHash);
}

/** Starts the unbonding of free stake, in VMESH. */
export async function removeStake(context: Context, amountText: string): Promise<void> {
  const amount = parseAmount(amountText);
  const { client, wallet, account } = await connectAs(context, "provider");
  const { transactionHash } = await wallet.requestUnstake({ amount, signal: context.signal });
  await report(context, client, account.address, transactionHash);
}

export interface WithdrawOptions {
  readonly token?: string;
  readonly to?: string;
  readonly stake?: boolean;
}

/** Pays out earnings and refunds, or stake that has finished unbonding. */
export async function withdrawEarnings(context: Context, options: WithdrawOptions): Promise<void> {
  const token = parseAddress("token", options.token);
  const to = parseAddress("recipient", options.to);
  const { out, signal } = context;
  const { wallet, account } = await connectAs(context, "provider");
  const { amount, transactionHash } = options.stake
    ? await wallet.withdrawUnstaked({ signal })
    : await wallet.withdraw({ token, to, signal });
  out.facts({
    Withdrawn: options.stake ? `${formatEther(amount)} VMESH` : amountText(amount, token ?? ZERO),
    To: options.stake ? account.address : (to ?? account.address),
    Transaction: transactionHash,
  });
  out.result({ amount, account: account.address, to: to ?? account.address, transactionHash });
}

const ZERO: Address = "0x0000000000000000000000000000000000000000";

async function report(
  { out, signal }: Context,
  client: Reader["client"],
  provider: Address,
  transactionHash: string,
): Promise<void> {
  const { active, locked, free, unbonding, unbondingReadyAt } = await client.getProvider({ provider, signal });
  out.facts({
    Provider: provider,
    Stake: `${formatEther(active)} VMESH, ${formatEther(free)} of it free`,
    Unbonding: unbonding === 0n ? undefined : `${formatEther(unbonding)} VMESH, ready at ${timeText(unbondingReadyAt)}`,
    Transaction: transactionHash,
  });
  out.result({
    provider,
    active,
    locked,
    free,
    unbonding,
    unbondingReadyAt: Number(unbondingReadyAt),
    transactionHash,
  });
}

function parseAmount(text: string): bigint {
  if (/^\d{1,30}(\.\d{1,18})?$/.test(text)) return parseEther(text);
  throw new VerimeshError(`${text.slice(0, 60)} is not an amount.`, {
    code: "OPTION_INVALID",
    details: "Expected VMESH, such as 500 or 0.5.",
  });
}

function parseAddress(what: string, text: string | undefined): Address | undefined {
  if (text === undefined) return undefined;
  if (isAddress(text)) return getAddress(text);
  throw new VerimeshError(`The ${what} is not an address: ${text.slice(0, 60)}`, { code: "OPTION_INVALID" });
}
