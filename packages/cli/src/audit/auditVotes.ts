import { answerHash, CLAIM_STATUSES, optimisticPolicyAbi, quorumPolicyAbi } from "@verimesh/sdk";
import { isAddressEqual, zeroAddress, zeroHash } from "viem";
import { type AuditContext, readChain, readEvents } from "./AuditContext.ts";
import { mismatch, requireEqual } from "./Findings.ts";
import type { JobFacts } from "./JobFacts.ts";

/** The votes of a quorum, or the claim that stood, held against the answer. */
export async function auditVotes(context: AuditContext, facts: JobFacts): Promise<void> {
  const { findings } = context;
  const { policy } = facts.job;
  if (policy === "quorum") await findings.check("votes", () => auditQuorum(context, facts));
  else findings.skip("votes", policy === "proof" ? "the job is settled by a proof" : "there is no quorum");
  if (policy === "optimistic") await findings.check("challenge", () => auditClaim(context, facts));
  else findings.skip("challenge", `a job of policy ${policy} cannot be challenged`);
}

async function auditQuorum(context: AuditContext, { jobId, job, outputWords }: JobFacts): Promise<string> {
  const votes = { address: context.deployment.quorumPolicy, abi: quorumPolicyAbi } as const;
  const [drawn, committed, revealed, closed] = await Promise.all([
    readEvents(context, votes, "PanelDrawn", { jobId }),
    readEvents(context, votes, "AnswerCommitted", { jobId }),
    readEvents(context, votes, "AnswerRevealed", { jobId }),
    readEvents(context, votes, "PanelClosed", { jobId }),
  ]);
  const panel = drawn.at(-1);
  if (panel === undefined) return outputWords === undefined ? "no panel was drawn" : mismatch("no panel was drawn");
  const { round, providers } = panel.args;
  requireEqual("the size of the panel", providers.length, job.panelSize);
  const seats = await readChain(context, { ...votes, functionName: "seatsOf", args: [jobId] });
  requireEqual("the panel's members", seats.map(({ provider }) => provider).join(), providers.join());
  const commits = committed.filter(({ args }) => args.round === round);
  const reveals = revealed.filter(({ args }) => args.round === round);
  const tally = new Map<string, number>();
  for (const { args } of reveals) {
    const who = args.provider;
    if (!providers.some((provider) => isAddressEqual(provider, who))) mismatch(`${who} voted and is not on the panel`);
    if (!commits.some((commit) => isAddressEqual(commit.args.provider, who))) mismatch(`${who} had not committed`);
    const hash = answerHash(args.outputWords);
    const call = { ...votes, functionName: "revealedBy", args: [jobId, who] } as const;
    requireEqual(`the vote of ${who}`, await readChain(context, call), hash);
    tally.set(hash, (tally.get(hash) ?? 0) + 1);
  }
  if (new Set(reveals.map(({ args }) => args.provider)).size !== reveals.length) mismatch("a member voted twice");
  const winner = [...tally].find(([, count]) => count >= job.quorum);
  requireEqual("the winner", closed.at(-1)?.args.answerHash ?? zeroHash, winner?.[0] ?? zeroHash);
  if (outputWords !== undefined) requireEqual("the answer", answerHash(outputWords), winner?.[0]);
  return `${winner?.[1] ?? 0} equal answers of ${providers.length} members, ${job.quorum} decide; round ${round}`;
}

async function auditClaim(context: AuditContext, { jobId, job, answered, outputWords }: JobFacts): Promise<string> {
  const policy = { address: context.deployment.optimisticPolicy, abi: optimisticPolicyAbi } as const;
  const [claim, challenged, resolved, finalized] = await Promise.all([
    readChain(context, { ...policy, functionName: "claimOf", args: [jobId] }),
    readEvents(context, policy, "AnswerChallenged", { jobId }),
    readEvents(context, policy, "ChallengeResolved", { jobId }),
    readEvents(context, policy, "AnswerFinalized", { jobId }),
  ]);
  const [announced] = answered;
  if (announced === undefined) return outputWords === undefined ? "there was no answer" : mismatch("nobody answered");
  requireEqual("the claim's status", CLAIM_STATUSES[claim.status], "resolved");
  requireEqual("the claim's provider", claim.provider, announced.args.provider);
  if (outputWords !== undefined) requireEqual("the market's provider", job.provider, claim.provider);
  requireEqual("the claim's answer", claim.answerHash, answerHash(announced.args.outputWords));
  requireEqual("the challenger", claim.challenger, challenged[0]?.args.challenger ?? zeroAddress);
  requireEqual("the number of resolved challenges", resolved.length, challenged.length);
  if (outputWords === undefined) return `challenged, and the answer fell: ${job.reason}`;
  requireEqual("the final answer", outputWords.join(), announced.args.outputWords.join());
  requireEqual("how often it became final", finalized.length, 1);
  const [resolution] = resolved;
  if (resolution === undefined) return "nobody challenged the answer in time";
  requireEqual("who won the challenge", resolution.args.winner, claim.provider);
  return `challenged by ${claim.challenger}, and upheld`;
}
