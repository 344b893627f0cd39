import { VerimeshError } from "@verimesh/core";
import { type Address, formatEther, parseEther } from "viem";
import { timeText } from "../output/format.ts";
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
