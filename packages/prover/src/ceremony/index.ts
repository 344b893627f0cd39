export { applyBeacon, type ApplyBeacon } from "./applyBeacon.ts";
export {
  type Attestation,
  attestationText,
  parseAttestation,
  signedAttestationText,
  unsignedPart,
} from "./Attestation.ts";
export { readWhole, requireAbsent, writeWhole } from "./ceremonyFiles.ts";
export { type Beacon, type Chain, type Contribution, hexOf, titleOf } from "./Chain.ts";
export { checkPhase1 } from "./checkPhase1.ts";
export { checkTranscript, type TranscriptSubject } from "./checkTranscript.ts";
export { contribute, type Contribute } from "./contribute.ts";
export { finishCeremony, type FinishedCeremony } from "./finishCeremony.ts";
export type { Phase1 } from "./phase1.ts";
export type { CeremonyOptions, CeremonyStep } from "./runCeremonyTask.ts";
export { startCeremony, type StartCeremony, type StartedCeremony } from "./startCeremony.ts";
export { MAX_TRANSCRIPT_BYTES, parseTranscript, serializeTranscript, type Transcript } from "./Transcript.ts";
export { type CeremonyKey, type CeremonyReport, chainOf, requireComplete, verifyCeremony } from "./verifyCeremony.ts";
