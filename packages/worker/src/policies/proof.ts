import type { JobRecord } from "../jobs/JobRecord.ts";
import { send, type Situation, type Verdict } from "../jobs/Verdict.ts";
import { decideAssignment } from "./assignment.ts";

/** A job whose answer is proven: whoever is drawn, or in the open round any that serves, proves and submits. */
export function decideProof(record: JobRecord, situation: Situation): Verdict {
  return decideAssignment(record, situation, (as, before) =>
    record.proof ? send("settle") : { kind: "work", proof: true, before, as },
  );
}
