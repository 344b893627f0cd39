import { type VerificationKey, VerimeshError } from "@verimesh/core";
import { hexOf } from "./Chain.ts";
import { checkAttestations } from "./checkAttestations.ts";
import { type CeremonyOptions, runCeremonyTask } from "./runCeremonyTask.ts";
import { isSameKey, parseTranscript, type Transcript } from "./Transcript.ts";
import { requireComplete } from "./verifyCeremony.ts";

/** What a transcript must be of. */
export interface TranscriptSubject {
  /** sha256 of the linked circuit, as the manifest has it. */
  readonly r1csSha256: string;
  readonly verificationKey: VerificationKey;
  /** If the proving key is at hand. */
  readonly provingKeySha256?: string | undefined;
}

/**
 * Checks what a transcript shows without circuit and phase-1 file: that somebody contributed, all who did attest it, each
 * knew a factor of delta, a beacon came last, and that they lead to this verification key. It does not show that the key
 * is of the circuit and of a sound phase 1, which its author could have forged: `verifyCeremony` does.
 *
 * @param bytes a transcript that may come from anyone
 * @throws VerimeshError CEREMONY_TRANSCRIPT_INVALID, CEREMONY_TRANSCRIPT_MISMATCH, CEREMONY_CONTRIBUTION_INVALID,
 *   CEREMONY_ATTESTATION_MISMATCH, CEREMONY_INCOMPLETE, CEREMONY_FILE_INVALID; the signal's reason if aborted
 */
export async function checkTranscript(
  bytes: Uint8Array,
  subject: TranscriptSubject,
  options: CeremonyOptions = {},
): Promise<Transcript> {
  const transcript = parseTranscript(bytes);
  const { chain, section, verificationKey } = transcript;
  if (transcript.r1csSha256 !== subject.r1csSha256) mismatch("is for another circuit");
  if (!isSameKey(verificationKey, subject.verificationKey)) mismatch("is of another verification key");
  if (subject.provingKeySha256 !== undefined && subject.provingKeySha256 !== transcript.provingKeySha256) {
    mismatch("is of another proving key");
  }
  const attested = checkAttestations(transcript.attestations, {
    circuitHash: hexOf(chain.circuitHash),
    r1csSha256: transcript.r1csSha256,
    phase1Blake2b: transcript.phase1.blake2b,
    contributions: chain.contributions,
  });
  requireComplete({
    contributions: chain.contributions.map((each) => ({ ...each, attestation: attested.get(each.index) })),
  });
  await runCeremonyTask({ task: "checkChain", section, delta2: verificationKey.delta }, options);
  return transcript;
}

function mismatch(what: string): never {
  throw new VerimeshError(`This transcript ${what}.`, {
    code: "CEREMONY_TRANSCRIPT_MISMATCH",
    details: "Transcripts were swapped, or one was made up: take the one that `finish` wrote with this key.",
    docsPath: "ceremony.md",
  });
}
