import { JOB_POLICIES, jobMarketAbi } from "@verimesh/sdk";
import { decodeFunctionData, type Hex, isAddressEqual } from "viem";
import { type AuditContext, readTransaction } from "./AuditContext.ts";
import { Inapplicable, mismatch, requireEqual } from "./Findings.ts";
import type { JobFacts } from "./JobFacts.ts";

/** The terms of a job, held against the call that requested it: the event does not name them all. */
export async function auditCall(context: AuditContext, { job, requested }: JobFacts): Promise<void> {
  await context.findings.check("requested terms", async () => {
    const [event] = requested;
    if (event === undefined) return mismatch("there is no request");
    const transaction = await readTransaction(context, event.transactionHash);
    const isCall = transaction.to !== null && isAddressEqual(transaction.to, context.deployment.jobMarket);
    const request = isCall ? requestIn(transaction.input) : undefined;
    if (request === undefined) throw new Inapplicable("another contract, or one call of several, requested it");
    requireEqual("the policy", job.policy, JOB_POLICIES[request.policy]);
    for (const [what, found, expected] of [
      ["the size of the panel", job.panelSize, request.panelSize],
      ["the quorum", job.quorum, request.quorum],
      ["the time to draw", job.drawSeconds, request.drawSeconds],
      ["the time to answer", job.answerSeconds, request.answerSeconds],
      ["the open round", job.openSeconds, request.openSeconds],
      ["the time to reveal or challenge", job.windowSeconds, request.windowSeconds],
      ["the callback", job.callback, request.callback],
      ["the gas of the callback", job.callbackGasLimit, request.callbackGasLimit],
      ["the model", event.args.modelId, request.modelId],
      ["the version", event.args.version, request.version],
      ["the input", event.args.inputWords.join(), request.inputWords.join()],
      ["the input's place", event.args.inputCid, request.inputCid],
    ] as const) {
      requireEqual(what, found, expected);
    }
    return "times, panel and callback as in the call that requested it";
  });
}

/** The request that a call of the market makes; undefined if it makes none, or one of several. */
export function requestIn(input: Hex) {
  try {
    const call = decodeFunctionData({ abi: jobMarketAbi, data: input });
    if (call.functionName === "requestJob" || call.functionName === "requestJobWithPermit") return call.args[0];
    return call.functionName === "requestJobFor" ? call.args[1] : undefined;
  } catch {
    return undefined;
  }
}
