import { isAddressEqual } from "viem";
import { CLAIM, type ClaimView, END_REASON, STATUS } from "../chain/ChainJob.ts";
import { hashWords } from "../chain/MarketClient.ts";
import type { JobRecord } from "../jobs/JobRecord.ts";
import { end, send, type Situation, type Verdict, wait, type Work } from "../jobs/Verdict.ts";
import { decideAssignment, ended } from "./assignment.ts";
import { decideVote, endOfVote } from "./voting.ts";

/** A job whose answer stands unless it is challenged: by its provider, a challenger, a juror, or whoever looks on. */
export function decideOptimistic(record: JobRecord, situation: Situation): Verdict {
  const { job, claim, me, now } = situation;
  if (job.status === STATUS.settled || job.status === STATUS.refunded) return endOfClaim(record, situation);
  if (job.status !== STATUS.answered) {
    return decideAssignment(record, situation, (as, before) =>
      record.outputWords ? send("answer") : run(as, before, false),
    );
  }
  if (!claim) return wait(now + 1, "the answer cannot be read");
  return isAddressEqual(claim.provider, me)
    ? ownAnswer(record, situation, claim)
    : othersAnswer(record, situation, claim);
}

function ownAnswer(record: JobRecord, situation: Situation, claim: ClaimView): Verdict {
  const { now, panel } = situation;
  if (record.phase === "seen" || record.phase === "assigned" || record.phase === "executed") {
    return { kind: "note", change: { phase: "answered" } };
  }
  switch (claim.status) {
    case CLAIM.claimed:
      if (now <= claim.deadline) return wait(claim.deadline + 1, "it can be challenged");
      return send("finalize");
    case CLAIM.defending:
      if (now > claim.deadline) return end("failed", "CHALLENGE_LOST", "The answer was not proven in time.");
      return record.proof ? send("defend") : run("defence", claim.deadline, true);
    case CLAIM.judging:
      return panel ? decideVote(record, situation, panel, true) : wait(now + 1, "the jury cannot be read");
    default:
      return wait(now + 1, "the answer is resolved");
  }
}

function othersAnswer(record: JobRecord, situation: Situation, claim: ClaimView): Verdict {
  const { now, me, panel, habits, stagger } = situation;
  if (record.attempt !== undefined) return ended(record, situation);
  const isChallenger = isAddressEqual(claim.challenger, me);
  if (isChallenger && record.phase !== "challenged") return { kind: "note", change: { phase: "challenged" } };
  if (claim.status === CLAIM.judging) {
    return panel ? decideVote(record, situation, panel, isChallenger) : wait(now + 1, "the jury cannot be read");
  }
  if (claim.status === CLAIM.defending) {
    if (isChallenger) return now <= claim.deadline ? wait(claim.deadline + 1, "challenged") : send("expireDefence");
    if (!habits.endAll) return end("lost", "ANSWERED_BY_ANOTHER", `Provider ${claim.provider} answered it.`);
    const due = claim.deadline + 1 + stagger;
    return now < due ? wait(due, "challenged by another") : send("expireDefence");
  }
  if (claim.status !== CLAIM.claimed) return wait(now + 1, "the answer is resolved");
  return lookOn(record, situation, claim);
}

/** Another's answer that nobody has challenged yet. */
function lookOn(record: JobRecord, { now, listed, provable, habits, stagger }: Situation, claim: ClaimView): Verdict {
  if (habits.challenge && listed && now <= claim.deadline) {
    if (!record.outputWords) return run("check", claim.deadline, false);
    if (record.challenging) return send("challenge");
    if (hashWords(record.outputWords) !== claim.answerHash) return { kind: "note", change: { challenging: true } };
  }
  // Where a jury would judge, this worker may yet get a seat.
  const due = claim.deadline + 1 + stagger;
  if ((habits.endAll || !provable) && now < due) return wait(due, "another's answer can be challenged");
  return habits.endAll ? send("finalize") : end("lost", "ANSWERED_BY_ANOTHER", `${claim.provider} answered it.`);
}

function endOfClaim(record: JobRecord, situation: Situation): Verdict {
  const { job, claim, panel, me } = situation;
  const isSettled = job.status === STATUS.settled;
  // Jurors are paid by the one who lost, whatever becomes of the job.
  const vote = panel && endOfVote(record, panel, true);
  if (vote) return vote;
  if (claim && isAddressEqual(claim.challenger, me)) {
    if (isSettled) return end("failed", "CHALLENGE_LOST", "The answer stood; the challenger's bond is lost.");
    return job.reason === END_REASON.challengeLost
      ? end("settled", "CHALLENGE_WON", "The answer fell: its provider's bond pays for the challenge.")
      : end("refunded", "CHALLENGE_UNDECIDED", "Nobody was shown to be right; both have their bonds back.");
  }
  if (claim && isAddressEqual(claim.provider, me) && !isSettled) {
    return job.reason === END_REASON.challengeLost
      ? end("failed", "CHALLENGE_LOST", "The answer was challenged and did not stand; the bond is lost.")
      : end("refunded", "CHALLENGE_UNDECIDED", "Nobody was shown to be right; the bond came back.");
  }
  return ended(record, situation);
}

const run = (as: Work["as"], before: number, proof: boolean): Verdict => ({ kind: "work", proof, before, as });
