import { readWhole, verifyCeremony } from "@verimesh/prover";
import type { Context } from "../commands/Context.ts";
import { readAttestations } from "./ceremonyFiles.ts";
import { ceremonyProgress } from "./ceremonyProgress.ts";
import { linkedCircuit } from "./linkedCircuit.ts";
import { readSigned, reportJson, showContributions } from "./report.ts";

export interface CeremonyVerifyOptions {
  readonly circuit: string;
  readonly ptau: string;
  readonly attestations?: string;
}

/** Checks a key of any step, and names each contribution. */
export async function verifyCeremonyKey(
  context: Context,
  keyFile: string,
  { circuit, ptau, attestations: folder }: CeremonyVerifyOptions,
): Promise<void> {
  const { out } = context;
  const key = await readWhole(keyFile);
  const attestations = folder === undefined ? [] : await readSigned(await readAttestations(keyFile, folder));
  const r1cs = await linkedCircuit(context, circuit);
  const report = await verifyCeremony({ key, r1cs, ptau, attestations }, ceremonyProgress(context));
  if (report.contributions.length > 0) showContributions(out, report);
  out.facts({
    "Circuit hash": report.circuitHash,
    "Phase 1": `${report.phase1.publicName ?? "no public file that is known here"}, ${report.phase1.blake2b}`,
    "Key's sha256": report.keySha256,
  });
  out.line(
    report.contributions.length > 0
      ? "The key is sound: each contribution is one to this circuit, in this order."
      : "The key is the first of its ceremony: nobody has contributed, anyone can forge proofs with it.",
  );
  out.result(reportJson(report));
}
