import { parseEther } from "viem";
import { type RegisteredModel, requestDigit, type SentJob, type Stage } from "./jobs.ts";

/** Seconds in which anyone can challenge the optimistic answer: long enough to see it, short enough to wait for. */
const CHALLENGE_SECONDS = 10;

/** Asks about one digit by a quorum of three providers, two of whom must agree; each may ask a third of the fee. */
export function requestByQuorum(stage: Stage, digits: RegisteredModel, sample: number): Promise<SentJob> {
  return requestDigit(stage, digits, sample, {
    ...{ fee: parseEther("0.03"), policy: "quorum", panelSize: 3, quorum: 2 },
    ...{ answerSeconds: 60, windowSeconds: 60 },
  });
}

/** Asks about one digit without a proof: the answer stands if nobody challenges it in time. */
export function requestOptimistically(stage: Stage, digits: RegisteredModel, sample: number): Promise<SentJob> {
  return requestDigit(stage, digits, sample, {
    ...{ fee: parseEther("0.01"), policy: "optimistic", windowSeconds: CHALLENGE_SECONDS },
  });
}
