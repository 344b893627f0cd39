import { type VerificationKey, VerimeshError } from "@verimesh/core";
import {
  type CeremonyOptions,
  checkTranscript,
  hashR1cs,
  parseTranscript,
  readVerificationKey,
  requireComplete,
  verifyCeremony,
} from "@verimesh/prover";
import { readSigned } from "./report.ts";

/** What `verimesh setup ceremony finish` wrote, and the phase-1 file. */
export interface FinishedFiles {
  readonly provingKey: Uint8Array;
  readonly transcript: Uint8Array;
  /** Path. */
  readonly ptau: string;
}

export interface CeremonyKeys extends FinishedFiles {
  readonly verificationKey: VerificationKey;
}

/**
 * The keys of a ceremony, once all of it was checked against the circuit that is being registered.
 *
 * @throws VerimeshError CEREMONY_…, naming what does not fit; the signal's reason if aborted
 */
export async function ceremonyKeys(
  r1cs: Uint8Array,
  files: FinishedFiles,
  options: CeremonyOptions = {},
): Promise<CeremonyKeys> {
  const { provingKey: key, transcript, ptau } = files;
  const { attestationTexts, phase1 } = parseTranscript(transcript);
  const attestations = await readSigned(attestationTexts);
  const report = await verifyCeremony({ key, r1cs, ptau, attestations }, options);
  requireComplete(report);
  if (phase1.blake2b !== report.phase1.blake2b) {
    throw new VerimeshError("The transcript names another phase-1 file than the key is from.", {
      code: "CEREMONY_TRANSCRIPT_MISMATCH",
      details: `It names ${phase1.blake2b}; the file given, from which the key is, has ${report.phase1.blake2b}.`,
      docsPath: "ceremony.md",
    });
  }
  const verificationKey = readVerificationKey(key);
  const subject = { r1csSha256: hashR1cs(r1cs), verificationKey, provingKeySha256: report.keySha256 };
  await checkTranscript(transcript, subject, options);
  return { ...files, verificationKey };
}
