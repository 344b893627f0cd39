import { CLAIM_STATUSES, PANEL_STATUSES } from "../job/names.ts";
import type { ErrorName, Explanations } from "./explanations.ts";
import { date } from "./format.ts";

/** Errors of the quorum and the optimistic policy. */
export const PANEL_EXPLANATIONS = {
  PanelNotInStatus: ([jobId, status, expected]) => [
    `The panel of job ${jobId} is ${PANEL_STATUSES[status] ?? status}; this needs one that is ${PANEL_STATUSES[expected] ?? expected}.`,
    "Someone else may have been first. getPanel shows where it stands.",
  ],
  PanelDrawClosed: ([jobId, before]) => [
    `A panel for job ${jobId} could be drawn until ${date(before)}.`,
    "Anyone may end the draw with expirePanelDraw.",
  ],
  PanelDrawStillOpen: ([jobId, before]) => [
    `A panel for job ${jobId} can still be drawn, until ${date(before)}.`,
    "Draw it with drawPanel, or end the draw after that.",
  ],
  NotOnPanel: ([jobId, caller]) => [
    `${caller} is not on the panel of job ${jobId}.`,
    "Only the providers that were drawn vote: getPanel lists them.",
  ],
  CommitmentZero: () => ["The commitment is zero.", "Commit with commitAnswer, which computes it."],
  CommitClosed: ([jobId, before]) => [
    `Answers of job ${jobId} could be committed until ${date(before)}.`,
    "The seat is lost, and its bond when the vote is closed.",
  ],
  AlreadyCommitted: ([jobId, provider]) => [
    `${provider} has committed to an answer of job ${jobId}.`,
    "Reveal that one: a commitment cannot be changed.",
  ],
  RevealNotOpen: ([jobId, commitBefore]) => [
    `Answers of job ${jobId} can be revealed once all members have committed, or after ${date(commitBefore)}.`,
    "Try again then.",
  ],
  RevealClosed: ([jobId, before]) => [
    `Answers of job ${jobId} could be revealed until ${date(before)}.`,
    "The seat is lost; anyone may call closePanel.",
  ],
  AlreadyRevealed: ([jobId, provider]) => [
    `${provider} has revealed its answer of job ${jobId}.`,
    "There is nothing more to do.",
  ],
  CommitmentMismatch: ([jobId, provider]) => [
    `Answer and salt are not those that ${provider} committed to for job ${jobId}.`,
    "Reveal with the very words, salt, round and account of the commitment.",
  ],
  AnswerInvalid: ([jobId, words, expected]) => [
    `The answer of job ${jobId} has ${words} words; expected ${expected}, each below the field order.`,
    "Reveal the output words that the executor gives.",
  ],
  AnswerWordTooLarge: ([jobId, index]) => [
    `Word ${index} of the answer of job ${jobId} is not below the field order.`,
    "Answer with the output words that the executor gives.",
  ],
  PanelStillVoting: ([jobId, before]) => [
    `The panel of job ${jobId} has until ${date(before)} to reveal.`,
    "Close it after that, or when all have revealed.",
  ],
  WinningAnswerMismatch: ([jobId]) => [
    `These words are not the answer that won the vote on job ${jobId}.`,
    "closePanel looks the winning answer up in the reveals.",
  ],
  NotQuorumJob: ([jobId]) => [`Job ${jobId} is not settled by a quorum.`, "getJob shows its policy."],
  NotOptimisticJob: ([jobId]) => [`Job ${jobId} is not settled by challenge.`, "getJob shows its policy."],
  ClaimNotInStatus: ([jobId, status, expected]) => [
    `The answer of job ${jobId} is ${claimStatus(status)}; this needs one that is ${claimStatus(expected)}.`,
    "Someone else may have been first. getAnswerClaim shows where it stands.",
  ],
  ChallengeWindowClosed: ([jobId, before]) => [
    `The answer of job ${jobId} could be challenged until ${date(before)}.`,
    "It stands: anyone may call finalizeAnswer.",
  ],
  ChallengeWindowOpen: ([jobId, before]) => [
    `The answer of job ${jobId} can still be challenged, until ${date(before)}.`,
    "Finalize it after that.",
  ],
  ChallengerIsProvider: ([jobId]) => [
    `The provider of job ${jobId} cannot challenge its own answer.`,
    "Another account may.",
  ],
  NotClaimant: ([jobId, caller, provider]) => [
    `The answer of job ${jobId} was given by ${provider}, not by ${caller}.`,
    "Only its provider may defend it.",
  ],
  DefenceDeadlinePassed: ([jobId, before]) => [
    `The proof for the challenged answer of job ${jobId} was due at ${date(before)}.`,
    "The challenge is lost; anyone may call expireDefence.",
  ],
  DefenceDeadlineNotPassed: ([jobId, before]) => [
    `The provider of job ${jobId} may prove its answer until ${date(before)}.`,
    "Call expireDefence after that.",
  ],
  DefenceInvalid: ([jobId]) => [
    `The proof does not hold for the challenged answer of job ${jobId}.`,
    "It must prove the very words that were answered, for this job, market, chain and provider.",
  ],
  ClaimedAnswerMismatch: ([jobId]) => [
    `These words are not the answer that was given to job ${jobId}.`,
    "getAnswer has the words; finalizeAnswer looks them up.",
  ],
  AnswerBondUnavailable: ([jobId, provider]) => [
    `${provider} has no bond or no place free for its answer of job ${jobId}.`,
    "Stake more, raise the capacity, or wait until a running job has ended.",
  ],
  NothingToCollect: ([account]) => [`${account} has nothing to collect from challenges.`, "There is nothing to do."],
} satisfies Partial<Explanations<ErrorName>>;

function claimStatus(status: number): string {
  const name = CLAIM_STATUSES[status];
  return name === "claimed" ? "open to challenges" : name === "none" ? "not there" : (name ?? `${status}`);
}
