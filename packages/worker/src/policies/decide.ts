import { POLICY, requestHashOf, STATUS } from "../chain/ChainJob.ts";
import type { JobRecord } from "../jobs/JobRecord.ts";
import { end, type Situation, type Verdict } from "../jobs/Verdict.ts";
import { decideOptimistic } from "./optimistic.ts";
import { decideProof } from "./proof.ts";
import { decideQuorum } from "./quorum.ts";

/**
 * What to do next about a job, given its record and what the chain says. The chain is the truth: whatever the journal
 * has, a job that is settled is done, and one that is assigned to this worker and still has time is continued.
 */
export function decide(record: JobRecord, situation: Situation): Verdict {
  const { job } = situation;
  if (job.status !== STATUS.none && requestHashOf(job) !== record.requestHash) {
    return end("lost", "REQUEST_CHANGED", "The chain holds another request under this id than the event told.");
  }
  switch (record.policy) {
    case POLICY.proof:
      return decideProof(record, situation);
    case POLICY.quorum:
      return decideQuorum(record, situation);
    case POLICY.optimistic:
      return decideOptimistic(record, situation);
    default:
      return end("lost", "POLICY_UNKNOWN", `This worker does not know policy ${record.policy}.`);
  }
}
