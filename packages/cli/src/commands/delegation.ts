import { VerimeshError } from "@verimesh/core";
import { type Address, getAddress, isAddress } from "viem";
import { timeText } from "../output/format.ts";
import { connectAs, type Context } from "./Context.ts";
import { amountText, parseVmesh, vmeshText } from "./payment.ts";

/** Delegates VMESH to a provider, for a share of what it earns and of what is slashed. */
export async function delegate(context: Context, providerText: string, text: string): Promise<void> {
  const [provider, amount] = [parseProvider(providerText), parseVmesh(text)];
  const { wallet } = await connectAs(context, "requester");
  await wallet.delegate({ provider, amount, signal: context.signal });
  await showDelegation(context, provider);
}

/** Starts the unbonding of delegated stake. */
export async function undelegate(context: Context, providerText: string, text: string): Promise<void> {
  const [provider, amount] = [parseProvider(providerText), parseVmesh(text)];
  const { wallet } = await connectAs(context, "requester");
  await wallet.requestUnstake({ provider, amount, signal: context.signal });
  await showDelegation(context, provider);
}

/** Moves what delegated stake earned into the account's balance in the market, and pays out what has unbonded. */
export async function collect(context: Context, providerText: string): Promise<void> {
  const provider = parseProvider(providerText);
  const { out, signal } = context;
  const { client, wallet, account, deployment } = await connectAs(context, "requester");
  const owner = account.address;
  for (const { token, amount } of await client.getEarnings({ provider, owner, signal })) {
    await wallet.claimEarnings({ provider, token, signal });
    out.progress(`Moved ${amountText(amount, token, deployment)} into your balance`);
  }
  const [{ unbonding, unbondingReadyAt }, { timestamp }] = await Promise.all([
    client.getStake({ provider, owner, signal }),
    client.getBlock(),
  ]);
  if (unbonding > 0n && unbondingReadyAt <= timestamp) {
    const { amount } = await wallet.withdrawUnstaked({ provider, signal });
    out.progress(`Paid out ${vmeshText(amount)}`);
  }
  await showDelegation(context, provider);
}

/** Shows the account's stake in a provider's pool. */
export async function showDelegation(context: Context, providerText: string): Promise<void> {
  const provider = parseProvider(providerText);
  const { out, signal } = context;
  const { client, account, deployment } = await connectAs(context, "requester");
  const owner = account.address;
  const [position, earnings, { commissionBps }] = await Promise.all([
    client.getStake({ provider, owner, signal }),
    client.getEarnings({ provider, owner, signal }),
    client.getProvider({ provider, signal }),
  ]);
  const { stake, unbonding, unbondingReadyAt } = position;
  out.facts({
    Provider: provider,
    "Keeps of the earnings": `${commissionBps / 100} %`,
    Delegator: owner,
    Stake: vmeshText(stake),
    Unbonding: unbonding === 0n ? undefined : `${vmeshText(unbonding)}, ready at ${timeText(unbondingReadyAt)}`,
    Earned: earnings.map(({ token, amount }) => amountText(amount, token, deployment)).join(", ") || "nothing yet",
  });
  const ready = { unbondingReadyAt: Number(unbondingReadyAt) };
  out.result({ provider, delegator: owner, commissionBps, stake, unbonding, ...ready, earnings });
}

function parseProvider(text: string): Address {
  if (isAddress(text)) return getAddress(text);
  throw new VerimeshError(`The provider is not an address: ${text.slice(0, 60)}`, { code: "OPTION_INVALID" });
}
