import { isAddressEqual, type Address } from "viem";
import { STATUS, type ChainJob } from "../chain/ChainJob.ts";
import type { JobRecord, Phase } from "./JobRecord.ts";

/** What a worker does next about a job, given what the chain says. */
export type Verdict =
  /** The record moves to this phase; go on from there. */
  | { readonly kind: "move"; readonly phase: Phase; readonly reason?: JobRecord["reason"] }
  /** The record's phase agrees with the chain: act on it. */
  | { readonly kind: "act" }
  /** Somebody else has it, or the chain does not show it yet: look again at this time (unix seconds), or on an event. */
  | { readonly kind: "wait"; readonly until: bigint; readonly why: string }
  /** Somebody else let its deadline pass: end that claim, then the job is open again. */
  | { readonly kind: "expire" };

/** How long a job that the chain does not know (a reorganisation, a node that lags) is looked for again. */
const UNKNOWN_RETRY_SECONDS = 15n;
const UNKNOWN_GIVE_UP_MS = 15 * 60_000;

/**
 * Holds a record against the chain. The chain is the truth: whatever the journal says, a job that is settled is done, a
 * job that is assigned to this worker and still has time is continued, and a claim is never repeated once it was lost
 * to a deadline.
 *
 * @param now unix seconds that the next block will at least carry
 * @param maxAttempts the market's MAX_ATTEMPTS
 */
export function reconcile(record: JobRecord, job: ChainJob, me: Address, now: bigint, maxAttempts: bigint): Verdict {
  switch (job.status) {
    case STATUS.settled:
      if (isAddressEqual(job.provider, me)) return { kind: "move", phase: "settled" };
      return isClaimed(record)
        ? missedDeadline()
        : move("lost", "SETTLED_BY_ANOTHER", `Provider ${job.provider} settled it.`);
    case STATUS.refunded:
      return isClaimed(record) ? missedDeadline() : move("refunded", "REFUNDED", "The requester got the fee back.");
    case STATUS.assigned:
      return isAddressEqual(job.provider, me)
        ? assignedToMe(record, job, now)
        : assignedToOther(record, job, now, maxAttempts);
    case STATUS.requested:
      return requested(record, job, now);
    default:
      return record.at + UNKNOWN_GIVE_UP_MS < Number(now) * 1000
        ? move("lost", "UNKNOWN_ON_CHAIN", "The chain no longer has this job.")
        : { kind: "wait", until: now + UNKNOWN_RETRY_SECONDS, why: "the chain does not show the job" };
  }
}

function assignedToMe(record: JobRecord, job: ChainJob, now: bigint): Verdict {
  if (now > job.proveBefore) return missedDeadline();
  if (isClaimed(record)) return { kind: "act" };
  // A claim whose receipt was never seen: killed in between, or a claim signed elsewhere with this key.
  return { kind: "move", phase: record.proof ? "proved" : "claimed" };
}

function assignedToOther(record: JobRecord, job: ChainJob, now: bigint, maxAttempts: bigint): Verdict {
  if (isClaimed(record)) return missedDeadline();
  if (now <= job.proveBefore) return { kind: "wait", until: job.proveBefore + 1n, why: `claimed by ${job.provider}` };
  // Past the last attempt or the claim window, ending the claim refunds the job: nothing in it for a provider.
  const reopens = now <= job.claimBefore && BigInt(job.attempts) + 1n < maxAttempts;
  return reopens ? { kind: "expire" } : move("lost", "CLAIMED_BY_ANOTHER", `Provider ${job.provider} claimed it.`);
}

function requested(record: JobRecord, job: ChainJob, now: bigint): Verdict {
  if (isClaimed(record)) {
    // More attempts than at the claim: the claim expired. As many: a reorganisation took the claim back.
    if (record.attempt === undefined || job.attempts > record.attempt) return missedDeadline();
    return { kind: "move", phase: "ready" };
  }
  if (now > job.claimBefore) return move("lost", "CLAIM_WINDOW_CLOSED", "Its claim window closed.");
  return { kind: "act" };
}

function missedDeadline(): Verdict {
  return move(
    "failed",
    "PROVE_DEADLINE_MISSED",
    `The claim's deadline passed without an answer; the bond was cut or will be.`,
  );
}

function move(phase: Phase, code: string, message: string): Verdict {
  return { kind: "move", phase, reason: { code, message } };
}

function isClaimed(record: JobRecord): boolean {
  return record.phase === "claimed" || record.phase === "executed" || record.phase === "proved";
}
