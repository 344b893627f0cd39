import { createHash } from "node:crypto";
import { decodeVerificationKey, type ProvableManifest } from "@verimesh/core";
import { checkTranscript, hashR1cs, MAX_TRANSCRIPT_BYTES, verifyCeremony } from "@verimesh/prover";
import { type AuditContext, fetchFile } from "./AuditContext.ts";
import type { AuditedCircuit } from "./auditCircuit.ts";
import type { AuditedKeys } from "./auditKeys.ts";
import { requireEqual } from "./Findings.ts";

/** How the key was made: who contributed, and, given the phase-1 file, that the key is of circuit and ceremony. */
export async function auditSetup(
  context: AuditContext,
  { setup }: ProvableManifest,
  keys: AuditedKeys | undefined,
  circuit: AuditedCircuit | undefined,
): Promise<void> {
  const { findings, signal, ptau } = context;
  if (setup.kind === "insecure-dev") {
    findings.skip("set-up", "a development key: whoever made it may be able to forge proofs, and no audit can tell");
    return;
  }
  if (keys === undefined || circuit === undefined) {
    findings.skip("set-up", "there is no key, or no circuit, that the transcript could be of");
    return;
  }
  const { provingKey, verificationKey } = keys;
  const transcript = await findings.derive("set-up", async () => {
    const bytes = await fetchFile(context, setup.transcript, MAX_TRANSCRIPT_BYTES);
    const subject = {
      r1csSha256: hashR1cs(circuit.r1cs),
      verificationKey: decodeVerificationKey(verificationKey),
      provingKeySha256: createHash("sha256").update(provingKey).digest("hex"),
    };
    const value = await checkTranscript(bytes, subject, { signal });
    const people = value.chain.contributions.filter(({ kind }) => kind === "person");
    const names = people.map(({ name }) => name || "no name").join(", ");
    return { value, detail: `a ceremony of ${people.length}: ${names}; then a beacon. Each attested it` };
  });
  if (transcript === undefined) return;
  if (ptau === undefined) {
    findings.skip("ceremony", "that the key comes from a sound phase 1 takes its file: pass --ptau");
    return;
  }
  await findings.check("ceremony", async () => {
    const { attestations } = transcript;
    const { phase1 } = await verifyCeremony({ key: provingKey, r1cs: circuit.r1cs, ptau, attestations }, { signal });
    requireEqual("the transcript's phase 1", transcript.phase1.blake2b, phase1.blake2b);
    return `the key is of this circuit, this phase 1 and these contributions; blake2b ${phase1.blake2b}`;
  });
}
