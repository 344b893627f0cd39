import { verimeshTokenAbi } from "@verimesh/sdk";
import { type Address, type Hash, isAddressEqual, zeroAddress } from "viem";
import { amountText } from "../commands/payment.ts";
import { type AuditContext, readEvents, readTransaction } from "./AuditContext.ts";
import { Inapplicable, mismatch, requireEqual } from "./Findings.ts";
import { requestIn } from "./auditCall.ts";
import { type JobFacts, marketOf } from "./JobFacts.ts";

/** That the fee came into the market with the request: in ETH, in tokens, or from the payer's balance there. */
export async function auditEscrow(context: AuditContext, { requested }: JobFacts): Promise<void> {
  await context.findings.check("escrow", async () => {
    const [event] = requested;
    if (event === undefined) return mismatch("there is no request");
    const { token, fee } = event.args;
    const amount = amountText(fee, token, context.deployment);
    const { from, to, input, value } = await readTransaction(context, event.transactionHash);
    const market = marketOf(context);
    const request = to !== null && isAddressEqual(to, market.address) ? requestIn(input) : undefined;
    if (request === undefined) throw new Inapplicable("another contract, or one call of several, requested it");
    requireEqual("the fee of the call", request.fee, fee);
    requireEqual("the token of the call", request.token, token);
    requireEqual(
      "the ETH that came with the request",
      value,
      isAddressEqual(token, zeroAddress) && !request.fromBalance ? fee : 0,
    );
    if (!isAddressEqual(token, zeroAddress)) {
      const came = await tokensIn(context, token, { from, hash: event.transactionHash });
      requireEqual("what came in the request's transaction", came, request.fromBalance ? 0 : fee);
    }
    return `${amount}, ${request.fromBalance ? "from the payer's balance in the market" : "with the request"}`;
  });
}

async function tokensIn(
  context: AuditContext,
  address: Address,
  { from, hash }: { readonly from: Address; readonly hash: Hash },
): Promise<bigint> {
  const token = { address, abi: verimeshTokenAbi } as const;
  const transfers = await readEvents(context, token, "Transfer", { from, to: context.deployment.jobMarket });
  const came = transfers.filter(({ transactionHash }) => transactionHash === hash);
  return came.reduce((sum, { args }) => sum + args.value, 0n);
}
