import { VerimeshError } from "@verimesh/core";
import { type ChainJob, DECLINE_REASON } from "../chain/ChainJob.ts";

/** What a provider wants of a job beyond the price that it asks. */
export interface Terms {
  /** Least time to answer that a job must give. */
  readonly minimumAnswerSeconds: number;
  /** Most gas of a callback, which whoever settles the job pays for. */
  readonly maximumCallbackGas: number;
}

/**
 * Whether a job suits this provider; throws a VerimeshError that says why not: TIME_TOO_SHORT, CALLBACK_TOO_DEAR.
 *
 * @param secondsBefore how long this machine took for the version the last time; undefined if it never did
 */
export function checkTerms(job: ChainJob, terms: Terms, secondsBefore: number | undefined): void {
  const needed = Math.max(terms.minimumAnswerSeconds, Math.ceil(secondsBefore ?? 0));
  if (job.answerSeconds < needed) {
    refuse("TIME_TOO_SHORT", `${job.answerSeconds} s to answer; this worker needs ${needed} s.`);
  }
  if (job.callbackGasLimit > terms.maximumCallbackGas) {
    const { callbackGasLimit } = job;
    refuse("CALLBACK_TOO_DEAR", `Its callback may use ${callbackGasLimit} gas; at most ${terms.maximumCallbackGas}.`);
  }
}

function refuse(code: string, message: string): never {
  throw new VerimeshError(message, { code });
}

/** Content that is not there now may be there later. */
const MISSING_CONTENT = [
  "CONTENT_NOT_FOUND",
  "CONTENT_MISMATCH",
  "CONTENT_CORRUPT",
  "GATEWAY_FAILED",
  "GATEWAY_UNREACHABLE",
];
/** These files or this input will never do. */
const BAD_CONTENT = [
  "MANIFEST_INVALID",
  "MANIFEST_MISMATCH",
  "WEIGHTS_INVALID",
  "MODEL_INVALID",
  "MODEL_TOO_LARGE",
  "ACCUMULATOR_TOO_LARGE",
  "OUTPUT_TOO_LARGE",
  "CID_INVALID",
  "CID_UNSUPPORTED",
  "CONTENT_INVALID",
  "CONTENT_TOO_LARGE",
  "INPUT_INVALID",
];
const BAD_KEY = [
  "VERIFIER_MISMATCH",
  "PROOF_NOT_VALID",
  "WITNESS_UNSATISFIED",
  "PROVING_KEY_INVALID",
  "WITNESS_CALCULATOR_INVALID",
  "CIRCUIT_INPUT_INVALID",
  "CIRCUIT_MISSING",
  "MODEL_UNPROVABLE",
  "ProofInvalid",
  "DefenceInvalid",
];
const UNSUITABLE = ["TIME_TOO_SHORT", "CALLBACK_TOO_DEAR", "SETUP_INSECURE"];

/** Errors that time does not heal: a second try would end as the first did. */
export function isLasting(error: unknown): error is VerimeshError {
  return error instanceof VerimeshError && [...BAD_CONTENT, ...BAD_KEY, ...UNSUITABLE].includes(error.code);
}

/** Something of the model or the input cannot be fetched, now at least. */
export function isContentMissing(error: unknown): error is VerimeshError {
  return error instanceof VerimeshError && MISSING_CONTENT.includes(error.code);
}

/** Whether the input or the model cannot be had as the chain names it: what a panel's member may say by voting no words. */
export function isContentFault(error: unknown): error is VerimeshError {
  return isContentMissing(error) || (error instanceof VerimeshError && BAD_CONTENT.includes(error.code));
}

/** The version's key gives no valid proof, at least not of this run. */
export function isKeyFault(error: unknown): error is VerimeshError {
  return error instanceof VerimeshError && BAD_KEY.includes(error.code);
}

/** The reason that the market records for a decline. */
export function declineReasonOf({ code }: { readonly code: string }): number {
  if (MISSING_CONTENT.includes(code) || BAD_CONTENT.includes(code)) return DECLINE_REASON.contentUnavailable;
  return BAD_KEY.includes(code) ? DECLINE_REASON.invalidProof : DECLINE_REASON.providerDeclined;
}
