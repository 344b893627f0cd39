import { isProvable } from "@verimesh/core";
import { connect, type Context, openStore } from "../commands/Context.ts";
import { findModel } from "../commands/manifests.ts";
import type { AuditContext } from "./AuditContext.ts";
import { auditAccuracy } from "./auditAccuracy.ts";
import { auditCircuit } from "./auditCircuit.ts";
import { auditKeys } from "./auditKeys.ts";
import { auditManifest, auditWeights } from "./auditManifest.ts";
import { auditRegistry } from "./auditRegistry.ts";
import { auditSetup } from "./auditSetup.ts";
import { auditVerifier } from "./auditVerifier.ts";
import { Findings } from "./Findings.ts";
import { printable, printFindings } from "./printFindings.ts";

export interface AuditModelOptions {
  readonly modelVersion?: number;
  /** Path of the phase-1 file, for a key from a ceremony. */
  readonly ptau?: string;
}

/** Derives a model version anew from its public files and holds each against the chain; returns whether all is right. */
export async function auditModel(context: Context, nameOrId: string, options: AuditModelOptions): Promise<boolean> {
  const { out, signal } = context;
  const { client, deployment } = await connect(context);
  const { modelId, latestVersion, versions } = await findModel({ client }, nameOrId, signal);
  const version = BigInt(options.modelVersion ?? latestVersion ?? versions.at(-1)?.version ?? 1n);
  const findings = new Findings(signal, (check) => out.progress(`Checking: ${check}`));
  const { ptau } = options;
  await auditVersion({ client, deployment, store: openStore(context), findings, signal, ptau }, modelId, version);
  out.line(`Audit of model ${modelId}, version ${version}, on chain ${deployment.chainId}`);
  out.line();
  printFindings(out, findings.list);
  const valid = findings.allRight;
  const checks = findings.list.map((finding) => ({ ...finding, detail: printable(finding.detail) }));
  out.result({ modelId: Number(modelId), version: Number(version), valid, checks });
  return valid;
}

/** All checks of a version, in the order of what depends on what. */
export async function auditVersion(context: AuditContext, modelId: bigint, version: bigint): Promise<void> {
  const { findings } = context;
  const record = await auditRegistry(context, modelId, version);
  const manifest = record && (await auditManifest(context, record));
  if (record === undefined || manifest === undefined) {
    findings.skip("everything else", "there is no manifest to check it with");
    return;
  }
  const model = await auditWeights(context, manifest);
  if (isProvable(manifest)) {
    if (model === undefined) findings.skip("circuit and keys", "there is no model to derive them from");
    else {
      const circuit = await auditCircuit(context, manifest, model);
      const keys = await auditKeys(context, manifest, model, circuit);
      await auditSetup(context, manifest, keys, circuit);
      await auditVerifier(context, record.version, keys);
    }
  } else findings.skip("circuit and keys", "the model has none: its answers are settled by quorum or challenge");
  if (model === undefined) findings.skip("accuracy", "there is no model to measure");
  else await auditAccuracy(context, manifest, model);
}
