import { isAddressEqual } from "viem";
import { POLICY, STATUS } from "../chain/ChainJob.ts";
import type { JobRecord } from "../jobs/JobRecord.ts";
import { end, send, type Situation, type Verdict, wait, type Work } from "../jobs/Verdict.ts";

/** How long a job that the chain does not know (a reorganisation, a node that lags) is looked for again. */
const UNKNOWN_RETRY_SECONDS = 15;
const UNKNOWN_GIVE_UP_MS = 15 * 60_000;

/** What the one who is to deliver does: `before` is the end of its time. */
export type Deliver = (as: Work["as"], before: number) => Verdict;

/** A job up to its delivery, under the policies for which the market draws one provider. */
export function decideAssignment(record: JobRecord, situation: Situation, deliver: Deliver): Verdict {
  const { job, me } = situation;
  switch (job.status) {
    case STATUS.none:
      return unknown(record, situation);
    case STATUS.requested:
      return requested(record, situation, deliver);
    case STATUS.assigned:
      return isAddressEqual(job.provider, me)
        ? assignedToMe(record, situation, deliver)
        : assignedToOther(record, situation);
    default:
      return ended(record, situation);
  }
}

/** Settled or refunded, with the provider that delivered in the job. */
export function ended(record: JobRecord, { job, me }: Situation): Verdict {
  const isMine = isAddressEqual(job.provider, me);
  if (job.status === STATUS.settled) {
    if (isMine) return end("settled", "SETTLED", "Answered and paid.");
    return leftBehind(record) ?? end("lost", "SETTLED_BY_ANOTHER", `Provider ${job.provider} settled it.`);
  }
  return leftBehind(record) ?? end("refunded", "REFUNDED", "The requester got the fee back.");
}

/** What became of an assignment that is no longer this worker's. */
function leftBehind(record: JobRecord): Verdict | undefined {
  if (record.attempt === undefined) return undefined;
  const { declining } = record;
  return declining ? end("declined", declining.code, declining.message) : missedDeadline();
}

export function unknown(record: JobRecord, { now }: Situation): Verdict {
  return record.at + UNKNOWN_GIVE_UP_MS < now * 1000
    ? end("lost", "UNKNOWN_ON_CHAIN", "The chain no longer has this job.")
    : wait(now + UNKNOWN_RETRY_SECONDS, "the chain does not show the job");
}

function assignedToMe(record: JobRecord, { job, now }: Situation, deliver: Deliver): Verdict {
  const isNoted = record.attempt === job.attempts;
  if (now > job.deadline) return isNoted ? missedDeadline() : missedUnseen();
  // Whoever sent it: the draw is what counts.
  if (!isNoted) return { kind: "note", change: { attempt: job.attempts, phase: phaseAtHand(record) } };
  return record.declining ? send("decline") : deliver("assigned", job.deadline);
}

function phaseAtHand({ proof, outputWords }: JobRecord): JobRecord["phase"] {
  return proof ? "proved" : outputWords ? "executed" : "assigned";
}

function assignedToOther(record: JobRecord, situation: Situation): Verdict {
  const { job, now, serves, maxAttempts, habits, stagger } = situation;
  const left = leftBehind(record);
  if (left) return left;
  const due = job.deadline + 1 + stagger;
  // After the last attempt there is the open round, if the requester gave time for one; then only the refund.
  const goesOn = job.attempts + 1 < maxAttempts || job.openSeconds > 0;
  if (!habits.endAll && !(serves && goesOn)) {
    // Its answer may be challenged, or judged.
    if (looksOn(situation)) return wait(due, `assigned to ${job.provider}`);
    return end("lost", "ASSIGNED_TO_ANOTHER", `It is assigned to ${job.provider}.`);
  }
  return now < due ? wait(due, `assigned to ${job.provider}`) : send("expire");
}

/** Whether this worker has to do with another's answer. */
export function looksOn({ job, listed, provable, habits }: Situation): boolean {
  return job.policy === POLICY.optimistic && listed && (habits.challenge || !provable);
}

function requested(record: JobRecord, situation: Situation, deliver: Deliver): Verdict {
  const { job, now, serves, habits, stagger } = situation;
  // More failed attempts than at the assignment: it expired or was declined. As many: a reorganisation took it back.
  if (record.attempt !== undefined && job.attempts > record.attempt) return leftBehind(record)!;
  if (now <= job.deadline) {
    return { kind: "draw", by: "market", drawBlock: job.drawBlock, drawBefore: job.deadline, isParty: false };
  }
  const openBefore = job.deadline + job.openSeconds;
  if (now <= openBefore) {
    return serves && habits.openRounds ? deliver("open", openBefore) : wait(openBefore + 1, "open to others");
  }
  if (!habits.endAll) return end("lost", "NOBODY_DELIVERED", "Nobody delivered in time; it can be refunded.");
  return now < openBefore + 1 + stagger ? wait(openBefore + 1 + stagger, "to be refunded") : send("refund");
}

function missedDeadline(): Verdict {
  return end("failed", "DEADLINE_MISSED", "The deadline passed without an answer; the bond was cut or will be.");
}

function missedUnseen(): Verdict {
  return end("failed", "DEADLINE_MISSED", "It was assigned while this worker was away, and its deadline passed.");
}
