import { VerimeshError } from "@verimesh/core";
import { marketOf } from "../client/contracts.ts";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { JOB_POLICIES } from "./names.ts";

/**
 * Where a job's panel votes.
 * @throws VerimeshError `JobUnknown`, `NOT_A_PANEL_JOB`
 */
export async function votesOfJob(
  client: VerimeshClient,
  { deployment, jobId, signal }: ReadOptions & { readonly jobId: bigint },
) {
  const job = await read(client, { ...marketOf(deployment), functionName: "jobOf", args: [jobId] }, signal);
  const policy = JOB_POLICIES[job.policy]!;
  if (policy !== "proof") return { policy, job };
  throw new VerimeshError(`Job ${jobId} is settled by a proof; no panel votes on it.`, {
    code: "NOT_A_PANEL_JOB",
    details: "Use assignJob and submitProof.",
  });
}
