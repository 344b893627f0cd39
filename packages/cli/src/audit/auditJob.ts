import { VerimeshError } from "@verimesh/core";
import { connect, type Context, openStore } from "../commands/Context.ts";
import { FileSaltStore } from "../salts/FileSaltStore.ts";
import type { AuditContext } from "./AuditContext.ts";
import { auditProof } from "./auditAnswer.ts";
import { auditBonds } from "./auditBonds.ts";
import { auditCall } from "./auditCall.ts";
import { auditDraw } from "./auditDraw.ts";
import { auditEnd } from "./auditEnd.ts";
import { auditEscrow } from "./auditEscrow.ts";
import { auditExecution } from "./auditExecution.ts";
import { auditManifest, auditWeights } from "./auditManifest.ts";
import { auditPayment } from "./auditPayment.ts";
import { auditPhases } from "./auditPhases.ts";
import { auditRegistry } from "./auditRegistry.ts";
import { auditRequest } from "./auditRequest.ts";
import { auditShares } from "./auditShares.ts";
import { auditVotes } from "./auditVotes.ts";
import { Findings } from "./Findings.ts";
import { readJobFacts } from "./JobFacts.ts";
import { printable, printFindings } from "./printFindings.ts";

/** Checks everything about one ended job; returns whether all is right. */
export async function auditJob(context: Context, jobId: bigint): Promise<boolean> {
  const { out, signal } = context;
  const { client, deployment } = await connect(context);
  const findings = new Findings(signal, (check) => out.progress(`Checking: ${check}`));
  await auditEndedJob(
    { client, deployment, store: openStore(context), salts: new FileSaltStore(), findings, signal },
    jobId,
  );
  out.line(`Audit of job ${jobId}, on chain ${deployment.chainId}`);
  out.line();
  printFindings(out, findings.list);
  const valid = findings.allRight;
  const checks = findings.list.map((finding) => ({ ...finding, detail: printable(finding.detail) }));
  out.result({ jobId: Number(jobId), valid, checks });
  return valid;
}

/**
 * All checks of a job, in the order of what depends on what.
 *
 * @throws VerimeshError `JobUnknown`, `JOB_NOT_ENDED`, `RPC_UNREACHABLE`
 */
export async function auditEndedJob(context: AuditContext, jobId: bigint): Promise<void> {
  const facts = await readJobFacts(context, jobId);
  const { job } = facts;
  // By the record or by the events: one that denies what the other states is what an audit looks for.
  const announced = facts.settled.length + facts.decided.length + facts.refunded.length > 0;
  if (!announced && job.status !== "settled" && job.status !== "refunded") {
    throw new VerimeshError(`Job ${jobId} has not ended: it is ${job.status}.`, {
      code: "JOB_NOT_ENDED",
      details: "An audit is of a job that is settled or refunded. verimesh job shows where it stands.",
    });
  }
  await auditRequest(context, facts);
  await auditCall(context, facts);
  await auditPhases(context, facts);
  await auditEnd(context, facts);
  const record = await auditRegistry(context, job.modelId, job.version);
  const manifest = record && (await auditManifest(context, record));
  const model = manifest && (await auditWeights(context, manifest));
  await auditDraw(context, facts);
  await auditProof(context, facts, manifest);
  await auditVotes(context, facts);
  await auditEscrow(context, facts);
  await auditPayment(context, facts);
  await auditBonds(context, facts);
  await auditShares(context, facts);
  await auditExecution(context, facts, manifest, model);
}
