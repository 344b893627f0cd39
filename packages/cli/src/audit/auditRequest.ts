import { JOB_POLICIES, modelRegistryAbi } from "@verimesh/sdk";
import { encodePacked, keccak256 } from "viem";
import { type AuditContext, readChain, readEvents } from "./AuditContext.ts";
import { isBefore, type Position } from "./events.ts";
import { mismatch, requireEqual } from "./Findings.ts";
import { type JobFacts, marketOf } from "./JobFacts.ts";

/** The record of a job, held against what was announced when it was requested and when it ended. */
export async function auditRequest(context: AuditContext, facts: JobFacts): Promise<void> {
  const { findings } = context;
  const { job } = facts;

  await findings.check("request", () => {
    const [request, ...more] = facts.requested;
    if (request === undefined || more.length > 0) mismatch(`it was requested ${more.length} times`);
    const { args } = request;
    requireEqual("its model", job.modelId, args.modelId);
    requireEqual("its version", job.version, args.version);
    requireEqual("its requester", job.requester, args.requester);
    requireEqual("its policy", job.policy, JOB_POLICIES[args.policy]);
    requireEqual("its token", job.token, args.token);
    requireEqual("its fee", job.fee, args.fee);
    requireEqual("its failed attempts", job.attempts, facts.declined.length + facts.expired.length);
    requireEqual("the block of its last draw", job.drawBlock, facts.drawsFrom.at(-1)?.blockNumber);
    requireEqual("whether its input lies off the chain", job.inputOffChain, args.inputCid !== "0x");
    const by = job.panelSize === 0 ? job.policy : `${job.policy}, ${job.quorum} of ${job.panelSize}`;
    return `version ${job.version} of model ${job.modelId}, by ${job.requester}; settled by ${by}`;
  });

  await findings.check("input hash", () => {
    const hash = keccak256(encodePacked(["uint256[]"], [facts.inputWords]));
    requireEqual("the market's hash", job.inputHash, hash);
    return `of ${facts.inputWords.length} words of the request`;
  });

  await findings.check("terms", async () => {
    const [request] = facts.requested;
    if (request === undefined) return mismatch("there is no request");
    const registry = { address: context.deployment.modelRegistry, abi: modelRegistryAbi } as const;
    const royalties = await readEvents(context, registry, "RoyaltySet", { modelId: job.modelId });
    const fees = await readEvents(context, marketOf(context), "ProtocolFeeSet", {});
    const atRequest = <Event extends Position>(events: readonly Event[]): Event | undefined =>
      events.findLast((event) => isBefore(event, request));
    requireEqual("the royalty", job.royaltyBps, atRequest(royalties)?.args.royaltyBps);
    requireEqual("the protocol's share", job.protocolFeeBps, atRequest(fees)?.args.protocolFeeBps);
    const args = [job.modelId, job.version] as const;
    const { outputWords } = await readChain(context, { ...registry, functionName: "versionOf", args });
    requireEqual("the number of words of an answer", job.outputWords, outputWords);
    return `royalty ${job.royaltyBps / 100} %, protocol ${job.protocolFeeBps / 100} %, as when it was requested`;
  });
}
