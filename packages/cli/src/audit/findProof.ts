import { optimisticPolicyAbi } from "@verimesh/sdk";
import type { SolidityProof } from "@verimesh/core";
import { type Address, decodeFunctionData, isAddressEqual } from "viem";
import { type AuditContext, readTransaction } from "./AuditContext.ts";
import { Inapplicable, mismatch } from "./Findings.ts";
import type { JobFacts } from "./JobFacts.ts";

/** A proof that settled a job, with what it was claimed to prove. */
export interface FoundProof {
  readonly provider: Address;
  readonly inputWords: readonly bigint[];
  readonly outputWords: readonly bigint[];
  readonly proof: SolidityProof;
  /** Who verified it, where that was announced. */
  readonly verifier: Address | undefined;
  readonly modelId: bigint;
}

/**
 * The proof of a job: from the market's event or, of an answer that was challenged and defended, from the call that
 * defended it.
 *
 * @throws Inapplicable where no proof settled it, or where the call that did is not to be seen
 */
export async function findProof(context: AuditContext, facts: JobFacts): Promise<FoundProof> {
  const { job, settled, decided, claim, outputWords } = facts;
  const [event] = settled;
  if (event !== undefined) return event.args;
  if (decided.length === 0 || outputWords === undefined) throw new Inapplicable("there is no answer");
  const [resolution] = claim?.resolved ?? [];
  // A jury's claim has no deadline: its members have theirs.
  if (claim === undefined || resolution === undefined || claim.deadline === 0) {
    throw new Inapplicable(`the job was settled by ${job.policy}`);
  }
  const { to, input } = await readTransaction(context, resolution.transactionHash);
  if (to === null || !isAddressEqual(to, context.deployment.optimisticPolicy)) {
    throw new Inapplicable("another contract defended the answer: its proof stands in no call of the provider's");
  }
  const defence = defenceIn(input);
  if (defence?.jobId !== facts.jobId) return mismatch("the call that resolved the challenge proves nothing");
  return { ...defence, provider: claim.provider, verifier: undefined, modelId: job.modelId };
}

function defenceIn(input: `0x${string}`) {
  try {
    const call = decodeFunctionData({ abi: optimisticPolicyAbi, data: input });
    if (call.functionName !== "defendAnswer") return undefined;
    const [jobId, inputWords, outputWords, proof] = call.args;
    return { jobId, inputWords, outputWords, proof };
  } catch {
    return undefined;
  }
}
