import { connectAs, type Context } from "./Context.ts";
import { amountText, parseAmount, parseToken } from "./payment.ts";

export interface BalanceOptions {
  readonly token?: string;
}

/** Shows what the account may withdraw, or spend on requests with --from-balance. */
export async function showBalance(context: Context, options: BalanceOptions): Promise<void> {
  const { out, signal } = context;
  const { client, account, deployment } = await connectAs(context, "requester");
  const tokens = options.token === undefined ? ["ETH", "VMESH"] : [options.token];
  const balances = [];
  for (const name of tokens) {
    const token = parseToken(name, deployment);
    const claimable = await client.getClaimable({ owner: account.address, token, signal });
    balances.push({ token, claimable });
  }
  out.facts({
    Account: account.address,
    ...Object.fromEntries(
      balances.map(({ token, claimable }, index) => [
        index === 0 ? "Balance" : `Balance ${index + 1}`,
        amountText(claimable, token, deployment),
      ]),
    ),
  });
  out.result({ account: account.address, balances });
}

/** Adds to the account's balance in the market, to pay for requests with. */
export async function deposit(context: Context, text: string, options: BalanceOptions): Promise<void> {
  const { out, signal } = context;
  const { client, wallet, account, deployment } = await connectAs(context, "requester");
  const token = parseToken(options.token, deployment);
  const amount = parseAmount("amount", text, token, deployment);
  const { transactionHash } = await wallet.deposit({ amount, token, signal });
  const claimable = await client.getClaimable({ owner: account.address, token, signal });
  out.facts({
    Account: account.address,
    Deposited: amountText(amount, token, deployment),
    Balance: amountText(claimable, token, deployment),
    Transaction: transactionHash,
  });
  out.result({ account: account.address, token, amount, claimable, transactionHash });
}
