import { answerHash } from "@verimesh/sdk";
import { isAddressEqual, zeroAddress } from "viem";
import { type AuditContext, readTimeOf } from "./AuditContext.ts";
import { type AuditedVote, auditPanel } from "./auditPanel.ts";
import { mismatch, requireEqual } from "./Findings.ts";
import type { JobFacts } from "./JobFacts.ts";

/** The hash of an answer without words: the input could not be had. */
const NO_WORDS = answerHash([]);

/** The votes of a quorum or of a jury, and the claim that stood or fell, held against the answer. */
export async function auditVotes(context: AuditContext, facts: JobFacts): Promise<void> {
  const { findings } = context;
  const { policy } = facts.job;
  const judged = facts.claim?.challenged[0] !== undefined && facts.claim.deadline === 0;
  let vote: AuditedVote | undefined;
  if (policy === "quorum") await findings.check("votes", () => auditQuorum(context, facts));
  else if (judged || facts.rounds.length > 0) {
    vote = await findings.derive("votes", async () => {
      const value = await auditPanel(context, facts, "optimistic");
      return { value, detail: `the jury's, ${value.detail}` };
    });
  } else findings.skip("votes", policy === "proof" ? "the job is settled by a proof" : "no jury was drawn");
  if (policy === "optimistic") await findings.check("challenge", () => auditClaim(context, facts, vote));
  else findings.skip("challenge", `a job of policy ${policy} cannot be challenged`);
}

async function auditQuorum(context: AuditContext, facts: JobFacts): Promise<string> {
  const { outputWords, rounds } = facts;
  if (rounds.length === 0) return outputWords === undefined ? "no panel was drawn" : mismatch("no panel was drawn");
  const { winner, detail } = await auditPanel(context, facts, "quorum");
  if (outputWords !== undefined) requireEqual("the answer", answerHash(outputWords), winner ?? "that nobody agreed on");
  else if (winner !== undefined) requireEqual("the refunded winner", winner, NO_WORDS);
  return detail;
}

async function auditClaim(context: AuditContext, facts: JobFacts, vote: AuditedVote | undefined): Promise<string> {
  const { job, claim, answered, outputWords } = facts;
  const [announced, ...more] = answered;
  if (claim === undefined || announced === undefined) {
    return outputWords === undefined ? "there was no answer" : mismatch("nobody answered");
  }
  const { provider, challengeBefore } = announced.args;
  requireEqual("how often it was answered", more.length, 0);
  requireEqual("the claim's status", claim.status, "resolved");
  requireEqual("the claim's provider", claim.provider, provider);
  requireEqual("the market's provider", job.provider, provider);
  requireEqual("the claim's answer", claim.answerHash, answerHash(announced.args.outputWords));
  const { challenged, resolved, finalized } = claim;
  const [challenge] = challenged;
  requireEqual("the challenger", claim.challenger, challenge?.args.challenger ?? zeroAddress);
  requireEqual("the number of resolved challenges", resolved.length, challenged.length);
  requireEqual("how often the answer became final", finalized.length, outputWords === undefined ? 0 : 1);
  if (outputWords !== undefined) {
    requireEqual("the final answer", outputWords.join(), announced.args.outputWords.join());
  }
  if (challenge === undefined) {
    if (outputWords === undefined) mismatch("the answer fell, and nobody had challenged it");
    requireEqual("the claim's deadline", claim.deadline, challengeBefore);
    const final = finalized[0] && (await readTimeOf(context, finalized[0]));
    if (final === undefined || final <= challengeBefore) mismatch("it became final while it could be challenged");
    return "nobody challenged the answer in time";
  }
  const time = await readTimeOf(context, challenge);
  if (time > challengeBefore) mismatch("it was challenged after its time");
  return requireVerdict(facts, { challengedAt: time, judged: claim.deadline === 0, vote });
}

/** That the challenge ended as proof or jury decided it. */
function requireVerdict(
  facts: JobFacts,
  how: { readonly challengedAt: bigint; readonly judged: boolean; readonly vote: AuditedVote | undefined },
): string {
  const { job, claim, outputWords, rounds } = facts;
  const [resolution] = claim?.resolved ?? [];
  if (claim === undefined || resolution === undefined) return mismatch("the challenge was not resolved");
  const { winner, loser } = resolution.args;
  const undecided = isAddressEqual(winner, zeroAddress);
  const upheld = isAddressEqual(winner, claim.provider);
  requireEqual("who won the challenge", winner, undecided || upheld ? winner : claim.challenger);
  requireEqual("who lost it", loser, undecided ? zeroAddress : upheld ? claim.challenger : claim.provider);
  requireEqual("whether the answer stands", outputWords !== undefined, upheld);
  const by = `challenged by ${claim.challenger}`;
  if (!how.judged) {
    requireEqual("the claim's deadline", claim.deadline, how.challengedAt + BigInt(job.answerSeconds));
    requireEqual("the number of juries", rounds.length, 0);
    if (undecided) mismatch("it was for the provider to prove the answer, and nobody lost");
    return upheld ? `${by}, and proven` : `${by}, and not proven in time: the answer fell`;
  }
  const found = how.vote?.winner;
  if (how.vote === undefined) return mismatch("the votes that decided it are wrong");
  if (found === undefined || found === NO_WORDS) {
    if (!undecided) mismatch(`no jury decided, and ${winner} won`);
    return `${by}; no jury decided, both have their bonds back`;
  }
  requireEqual("the jury's answer", found === claim.answerHash, upheld);
  return upheld ? `${by}, and upheld by the jury` : `${by}, and overturned by the jury`;
}
