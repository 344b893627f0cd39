import { VerimeshError } from "@verimesh/core";

/** What the contracts say when a job moved on between looking and acting: what it is now is read in the next step. */
const RACES: ReadonlySet<string> = new Set([
  "JobUnknown",
  "JobNotInStatus",
  "JobNotOpen",
  "JobStillOpen",
  "JobInOpenRound",
  "DrawTooEarly",
  "DrawClosed",
  "HeaderMismatch",
  "NotAssignedProvider",
  "NotServing",
  "AnswerDeadlinePassed",
  "AnswerDeadlineNotPassed",
  "PanelNotInStatus",
  "PanelDrawClosed",
  "PanelDrawStillOpen",
  "PanelStillVoting",
  "WinningAnswerMismatch",
  "NotOnPanel",
  "CommitClosed",
  "AlreadyCommitted",
  "RevealNotOpen",
  "RevealClosed",
  "AlreadyRevealed",
  "ClaimNotInStatus",
  "ChallengeWindowClosed",
  "ChallengeWindowOpen",
  "DefenceDeadlinePassed",
  "DefenceDeadlineNotPassed",
]);

export function isOvertaken(error: unknown): boolean {
  return error instanceof VerimeshError && RACES.has(error.code);
}
