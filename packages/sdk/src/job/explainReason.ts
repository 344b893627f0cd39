import type { EndReason } from "./names.ts";

const SENTENCES: { readonly [reason in EndReason]: string } = {
  none: "It has not ended.",
  delivered: "The answer was delivered and paid.",
  noProvider: "No provider that serves this version for this fee took it in time.",
  providerTimeout: "The provider did not answer in time and lost its bond.",
  contentUnavailable: "The provider could not get the model's files or the input: one of them cannot be fetched.",
  invalidProof: "The version's key gave the provider no valid proof: its author has to publish a working one.",
  providerDeclined: "The provider stepped back from the job.",
  noMajority: "The drawn providers did not agree on an answer.",
  challengeLost: "The answer was challenged and did not stand.",
  cancelled: "The requester cancelled it.",
};

/**
 * Why a job ended, or why its last attempt failed, in a sentence for people.
 * @example
 * if (outcome.status === "refunded") console.log(explainReason(outcome.job.reason));
 */
export function explainReason(reason: EndReason): string {
  return SENTENCES[reason];
}
