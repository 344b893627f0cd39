import { END_REASONS, type EndReason, JOB_POLICIES } from "@verimesh/sdk";
import { isAddressEqual, zeroAddress, zeroHash } from "viem";
import { type AuditContext, readTimeOf } from "./AuditContext.ts";
import { drawsEndedAt } from "./auditPhases.ts";
import { latestOf, type Position } from "./events.ts";
import { mismatch, requireEqual } from "./Findings.ts";
import type { JobFacts } from "./JobFacts.ts";

/** That the record states the one end that was announced, for the reason that the job's history gives. */
export async function auditEnd(context: AuditContext, facts: JobFacts): Promise<void> {
  const { job } = facts;
  await context.findings.check("end", async () => {
    const ends = [...facts.settled, ...facts.decided, ...facts.refunded];
    if (ends.length !== 1) mismatch(`the market announced ${ends.length} ends`);
    const [refund] = facts.refunded;
    requireEqual("its status", job.status, refund === undefined ? "settled" : "refunded");
    requireEqual("its reason", job.reason, refund === undefined ? "delivered" : END_REASONS[refund.args.reason]);
    if (refund !== undefined) {
      const expected = reasonsOf(facts);
      if (!expected.includes(job.reason))
        mismatch(`its reason is ${job.reason}; its history gives ${expected.join(" or ")}`);
    }
    if (facts.settled.length > 0) requireEqual("its policy", job.policy, "proof");
    const [decided] = facts.decided;
    if (decided !== undefined) {
      requireEqual("its policy", job.policy, JOB_POLICIES[decided.args.policy]);
      requireEqual("its model", decided.args.modelId, job.modelId);
    }
    requireEqual("the deadline of its last phase", BigInt(job.deadline), await deadlineOf(context, facts));
    return `${job.status}: ${job.reason}`;
  });
}

/** Why a refunded job can have failed, by what was announced of it. */
function reasonsOf(facts: JobFacts): EndReason[] {
  const [resolution] = facts.claim?.resolved ?? [];
  if (resolution !== undefined && !isAddressEqual(resolution.args.winner, zeroAddress)) return ["challengeLost"];
  const last = facts.rounds.at(-1);
  const winner = last?.closes[0]?.args.answerHash;
  if (winner !== undefined && winner !== zeroHash) return ["contentUnavailable"];
  if (resolution !== undefined) return ["noMajority"];
  // Of a vote that nobody took part in, no second panel was found.
  if (last !== undefined)
    return last.draw.args.round === 1n && last.reveals.length === 0 ? ["noProvider"] : ["noMajority"];
  const failed = latestOf([
    ...facts.declined.map((event) => ({ ...event, reason: END_REASONS[event.args.reason] ?? "none" })),
    ...facts.expired.map((event) => ({ ...event, reason: "providerTimeout" as const })),
  ]);
  return [failed?.reason ?? "noProvider", "cancelled"];
}

/** When the phase ends in which the job stood last, in seconds since the epoch. */
async function deadlineOf(context: AuditContext, facts: JobFacts): Promise<bigint> {
  const drawing = [...facts.requested, ...facts.declined, ...facts.expired].map((event) => ({
    ...event,
    deadline: null,
  }));
  const last = latestOf<Position & { readonly deadline: bigint | null | undefined }>([
    ...drawing,
    ...facts.assigned.map((event) => ({ ...event, deadline: event.args.answerBefore })),
    ...facts.answered.map((event) => ({ ...event, deadline: event.args.challengeBefore })),
    ...facts.taken.map((event) => ({ ...event, deadline: undefined })),
  ]);
  if (last === undefined) return mismatch("there is no request");
  if (last.deadline === null) return drawsEndedAt(context, facts);
  return last.deadline ?? (await readTimeOf(context, last)) + BigInt(facts.job.answerSeconds);
}
