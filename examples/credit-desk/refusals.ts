/** The desk's own errors in plain words; those of the market are explained by the SDK. */
import { VerimeshError } from "@verimesh/core";
import { toVerimeshError } from "@verimesh/sdk";
import { BaseError, ContractFunctionRevertedError } from "viem";

const EXPLANATIONS: Readonly<Record<string, readonly [shortMessage: string, details: string]>> = {
  CreditDataNotSigned: [
    "The desk's data officer did not sign these data.",
    "A signature is for one applicant, one input, one desk and one application: ask the officer for a new one.",
  ],
  CreditDataExpired: ["The data officer's signature has expired.", "Ask the officer for a new one."],
  ApplicationUnknown: [
    "The desk has no application under this job.",
    "Use the job id that the application was answered with.",
  ],
  JobNotEnded: [
    "The job has not ended, so nothing is left of its fee yet.",
    "Reclaim when it is settled or refunded. Past its deadlines anyone can refund it at the market.",
  ],
  NothingToReclaim: [
    "Nothing is left to reclaim of this job.",
    "The answer cost the whole fee, or the applicant has the rest already.",
  ],
};

/** As `toVerimeshError` of the SDK, for calls of the desk: a refusal's code is the name of the contract's error. */
export function toDeskError(error: unknown): Error {
  const revert =
    error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : null;
  const name = revert instanceof ContractFunctionRevertedError ? revert.data?.errorName : undefined;
  const explanation = name === undefined ? undefined : EXPLANATIONS[name];
  if (name === undefined || explanation === undefined) return toVerimeshError(error);
  const [shortMessage, details] = explanation;
  return new VerimeshError(shortMessage, { code: name, details });
}
