import {
  CLAIM_STATUSES,
  END_REASONS,
  JOB_POLICIES,
  JOB_STATUSES,
  type JobPolicy,
  jobMarketAbi,
  optimisticPolicyAbi,
  quorumPolicyAbi,
} from "@verimesh/sdk";
import { type AuditContext, readChain, readEvents } from "./AuditContext.ts";
import { byPosition } from "./events.ts";

/** What the chain says of an ended job: the market's record, and its events. */
export type JobFacts = Awaited<ReturnType<typeof readJobFacts>>;

export const marketOf = ({ deployment }: Pick<AuditContext, "deployment">) =>
  ({ address: deployment.jobMarket, abi: jobMarketAbi }) as const;

/** The votes on a job: of its quorum, or of the jury that a challenge called. */
export const votesOf = ({ deployment }: Pick<AuditContext, "deployment">, policy: JobPolicy) =>
  ({
    address: policy === "quorum" ? deployment.quorumPolicy : deployment.optimisticPolicy,
    abi: quorumPolicyAbi,
  }) as const;

export const claimsOf = ({ deployment }: Pick<AuditContext, "deployment">) =>
  ({ address: deployment.optimisticPolicy, abi: optimisticPolicyAbi }) as const;

/** @throws VerimeshError `JobUnknown`, `RPC_UNREACHABLE` */
export async function readJobFacts(context: AuditContext, jobId: bigint) {
  const market = marketOf(context);
  const stored = await readChain(context, { ...market, functionName: "jobOf", args: [jobId] });
  const one = { jobId };
  const [requested, repeated, declined, expired, assigned, taken, answered, settled, decided, refunded] =
    await Promise.all([
      readEvents(context, market, "JobRequested", one),
      readEvents(context, market, "DrawRepeated", one),
      readEvents(context, market, "JobDeclined", one),
      readEvents(context, market, "AssignmentExpired", one),
      readEvents(context, market, "JobAssigned", one),
      readEvents(context, market, "JobTaken", one),
      readEvents(context, market, "JobAnswered", one),
      readEvents(context, market, "JobSettled", one),
      readEvents(context, market, "JobDecided", one),
      readEvents(context, market, "JobRefunded", one),
    ]);
  const [payments, unspent] = await Promise.all([
    readEvents(context, market, "FeePaid", one),
    readEvents(context, market, "UnspentReturned", one),
  ]);
  const policy = JOB_POLICIES[stored.policy] ?? "proof";
  // The record may deny its own policy: that it differs is for the request's check to say.
  const requestedPolicy = JOB_POLICIES[requested[0]?.args.policy ?? stored.policy] ?? policy;
  return {
    jobId,
    job: {
      ...stored,
      modelId: BigInt(stored.modelId),
      version: BigInt(stored.version),
      status: JOB_STATUSES[stored.status] ?? "none",
      reason: END_REASONS[stored.reason] ?? "none",
      policy,
    },
    /** Where the next draw's candidates were taken: at the request, and whenever a draw or an attempt failed. */
    drawsFrom: [...requested, ...repeated, ...declined, ...expired].sort(byPosition),
    ...{ requested, declined, expired, assigned, taken, answered, settled, decided, refunded, payments, unspent },
    ...(requestedPolicy === "proof" ? { rounds: [], redrawn: [] } : await readVotes(context, requestedPolicy, jobId)),
    claim: requestedPolicy === "optimistic" ? await readClaim(context, jobId) : undefined,
    /** The words of the final answer. */
    outputWords: settled[0]?.args.outputWords ?? decided[0]?.args.outputWords,
    inputWords: requested[0]?.args.inputWords ?? [],
  };
}

/** One round of a vote, as the policy contract announced it. */
export type PanelRound = Awaited<ReturnType<typeof readVotes>>["rounds"][number];

/** The rounds for which a panel was drawn, the first one first, and the draws that found too few. */
async function readVotes(context: AuditContext, policy: JobPolicy, jobId: bigint) {
  const votes = votesOf(context, policy);
  const [drawn, redrawn, committed, revealed, closed] = await Promise.all([
    readEvents(context, votes, "PanelDrawn", { jobId }),
    readEvents(context, votes, "PanelDrawRepeated", { jobId }),
    readEvents(context, votes, "AnswerCommitted", { jobId }),
    readEvents(context, votes, "AnswerRevealed", { jobId }),
    readEvents(context, votes, "PanelClosed", { jobId }),
  ]);
  const rounds = drawn.map((draw) => {
    const ofRound = ({ args }: { readonly args: { readonly round: bigint } }): boolean =>
      args.round === draw.args.round;
    return {
      draw,
      commits: committed.filter(ofRound),
      reveals: revealed.filter(ofRound),
      closes: closed.filter(ofRound),
    };
  });
  return { rounds, redrawn };
}

async function readClaim(context: AuditContext, jobId: bigint) {
  const claims = claimsOf(context);
  const [claim, challenged, resolved, finalized] = await Promise.all([
    readChain(context, { ...claims, functionName: "claimOf", args: [jobId] }),
    readEvents(context, claims, "AnswerChallenged", { jobId }),
    readEvents(context, claims, "ChallengeResolved", { jobId }),
    readEvents(context, claims, "AnswerFinalized", { jobId }),
  ]);
  return { ...claim, status: CLAIM_STATUSES[claim.status] ?? "none", challenged, resolved, finalized };
}
