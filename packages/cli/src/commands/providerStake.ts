import type { Address } from "viem";
import { timeText } from "../output/format.ts";
import { connectAs, type Context, type Reader } from "./Context.ts";
import { parseVmesh, vmeshText } from "./payment.ts";

/** Adds stake, in VMESH. */
export async function addStake(context: Context, text: string): Promise<void> {
  const amount = parseVmesh(text);
  const { client, wallet, account } = await connectAs(context, "provider");
  context.out.progress(`Staking ${vmeshText(amount)} as ${account.address}`);
  const { transactionHash } = await wallet.stake({ amount, signal: context.signal });
  await report(context, client, account.address, transactionHash);
}

/** Starts the unbonding of one's own free stake, in VMESH. */
export async function removeStake(context: Context, text: string): Promise<void> {
  const amount = parseVmesh(text);
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
  const { stake, ownStake, locked, free, unbonding, unbondingReadyAt } = await client.getProvider({ provider, signal });
  out.facts({
    Provider: provider,
    Stake: `${vmeshText(stake)}, ${vmeshText(ownStake)} of it its own, ${vmeshText(free)} free`,
    Unbonding: unbonding === 0n ? undefined : `${vmeshText(unbonding)}, ready at ${timeText(unbondingReadyAt)}`,
    Transaction: transactionHash,
  });
  const ready = { unbondingReadyAt: Number(unbondingReadyAt) };
  out.result({ provider, stake, ownStake, locked, free, unbonding, ...ready, transactionHash });
}
