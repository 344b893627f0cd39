import { STATUS } from "../chain/ChainJob.ts";
import type { JobRecord } from "../jobs/JobRecord.ts";
import { end, type Situation, type Verdict, wait } from "../jobs/Verdict.ts";
import { unknown } from "./assignment.ts";
import { decideVote, endOfVote } from "./voting.ts";

/** A job that several drawn providers answer: those who gave the majority's answer are paid. */
export function decideQuorum(record: JobRecord, situation: Situation): Verdict {
  const { job, panel, now } = situation;
  if (job.status === STATUS.none) return unknown(record, situation);
  if (!panel) return wait(now + 1, "the panel cannot be read");
  if (job.status === STATUS.requested || job.status === STATUS.assigned) {
    return decideVote(record, situation, panel, record.round !== undefined);
  }
  const isSettled = job.status === STATUS.settled;
  return (
    endOfVote(record, panel, isSettled) ??
    (isSettled
      ? end("lost", "SETTLED_BY_OTHERS", "A panel of others settled it.")
      : end("refunded", "REFUNDED", "The requester got the fee back."))
  );
}
