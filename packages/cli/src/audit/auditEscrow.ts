import { verimeshTokenAbi } from "@verimesh/sdk";
import { isAddressEqual, zeroAddress } from "viem";
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
    const { to, input, value } = await readTransaction(context, event.transactionHash);
    const market = marketOf(context);
    const request = to !== null && isAddressEqual(to, market.address) ? requestIn(input) : undefined;
    if (request === undefined) throw new Inapplicable("another contract, or one call of several, requested it");
    requireEqual("the fee of the call", request.fee, fee);
    requireEqual("the token of the call", request.token, token);
    if (request.fromBalance) {
      requireEqual("the ETH that came with a request from a balance", value, 0);
      return `${amount}, from the payer's balance in the market`;
    }
    if (isAddressEqual(token, zeroAddress)) {
      requireEqual("the ETH that came with the request", value, fee);
      return `${amount}, with the request`;
    }
    const erc20 = { address: token, abi: verimeshTokenAbi } as const;
    const transfers = await readEvents(context, erc20, "Transfer", { to: market.address });
    const came = transfers.filter(({ transactionHash }) => transactionHash === event.transactionHash);
    requireEqual(
      "what came in the request's transaction",
      came.reduce((sum, { args }) => sum + args.value, 0n),
      fee,
    );
    return `${amount}, with the request`;
  });
}
