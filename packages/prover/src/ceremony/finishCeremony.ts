import type { VerificationKey } from "@verimesh/core";
import type { CacheOptions } from "../compile/compileCached.ts";
import { readVerificationKey } from "../prove/readVerificationKey.ts";
import { normalAttestation, parseAttestation } from "./Attestation.ts";
import type { CeremonyOptions } from "./runCeremonyTask.ts";
import { serializeTranscript } from "./Transcript.ts";
import { type CeremonyKey, type CeremonyReport, requireComplete, verifyCeremony } from "./verifyCeremony.ts";
import { readProvingKey } from "../prove/readProvingKey.ts";

export interface FinishedCeremony {
  readonly report: CeremonyReport;
  readonly verificationKey: VerificationKey;
  /** To be published with the model; see `parseTranscript`. */
  readonly transcript: Uint8Array;
}

/**
 * Checks the whole ceremony once more and writes its transcript.
 *
 * @param ceremony with the texts of all contributors' attestations
 * @throws VerimeshError CEREMONY_INCOMPLETE, and those of `verifyCeremony`
 */
export async function finishCeremony(
  {
    attestationTexts,
    ...ceremony
  }: Omit<CeremonyKey, "attestations"> & { readonly attestationTexts: readonly string[] },
  options: CeremonyOptions & CacheOptions = {},
): Promise<FinishedCeremony> {
  const texts = attestationTexts.map(normalAttestation);
  const attestations = texts.map(parseAttestation);
  const report = await verifyCeremony({ ...ceremony, attestations }, options);
  requireComplete(report);
  const verificationKey = readVerificationKey(ceremony.key);
  const ordered = texts.toSorted((a, b) => parseAttestation(a).index - parseAttestation(b).index);
  const transcript = serializeTranscript({
    r1csSha256: report.r1csSha256,
    phase1: { blake2b: report.phase1.blake2b, power: report.phase1.power },
    provingKeySha256: report.keySha256,
    verificationKey,
    section: readProvingKey(ceremony.key).section(10),
    attestationTexts: ordered,
  });
  return { report, verificationKey, transcript };
}
