import { expect } from "chai";
import { claim, expectEnd, HABITS, ME, NOW, OTHER, panel, PROOF, record, situation } from "../../test/records.ts";
import { type ChainJob, CLAIM, type ClaimView, END_REASON, POLICY, STATUS } from "../chain/ChainJob.ts";
import { hashWords } from "../chain/MarketClient.ts";
import type { JobRecord } from "../jobs/JobRecord.ts";
import type { Situation } from "../jobs/Verdict.ts";
import { decide } from "./decide.ts";

const outputWords = [5n];
const THIRD = "0x3333333333333333333333333333333333333333";

function verdict(
  answer: Partial<ClaimView>,
  mine: Partial<JobRecord> = {},
  change: Partial<Situation> = {},
  job: Partial<ChainJob> = {},
) {
  const provider = answer.provider ?? ME;
  const chain = { policy: POLICY.optimistic, status: STATUS.answered, provider, ...job };
  return decide(record({ policy: POLICY.optimistic, ...mine }), situation(chain, { claim: claim(answer), ...change }));
}

const watchful = { habits: { ...HABITS, challenge: true } };

describe("decide, on a job whose answer can be challenged", () => {
  it("answers without a proof", () => {
    const assigned = { status: STATUS.assigned, provider: ME, deadline: NOW };
    expect(verdict({}, { attempt: 0 }, {}, assigned)).to.include({ kind: "work", proof: false, as: "assigned" });
    const ready = { attempt: 0, outputWords };
    expect(verdict({}, ready, {}, assigned)).to.deep.equal({ kind: "send", purpose: "answer" });
  });

  it("finalizes its answer when the window is over, not a second before", () => {
    const answered = { phase: "answered", attempt: 0, outputWords } as const;
    expect(verdict({}, { ...answered, phase: "executed" })).to.deep.equal({
      kind: "note",
      change: { phase: "answered" },
    });
    expect(verdict({ deadline: NOW }, answered)).to.include({ kind: "wait", until: NOW + 1 });
    expect(verdict({ deadline: NOW - 1 }, answered)).to.deep.equal({ kind: "send", purpose: "finalize" });
  });

  it("proves a challenged answer at once, in time or not at all", () => {
    const answered = { phase: "answered", attempt: 0, outputWords } as const;
    const defending = { status: CLAIM.defending, challenger: OTHER, deadline: NOW };
    expect(verdict(defending, answered)).to.include({ kind: "work", proof: true, as: "defence", before: NOW });
    expect(verdict(defending, { ...answered, proof: PROOF })).to.deep.equal({ kind: "send", purpose: "defend" });
    expectEnd(verdict({ ...defending, deadline: NOW - 1 }, { ...answered, proof: PROOF }), "failed", "CHALLENGE_LOST");
  });

  it("looks at others' answers only if told to, and challenges none that is right", () => {
    const others = { provider: OTHER };
    expectEnd(verdict(others), "lost", "ANSWERED_BY_ANOTHER");
    expect(verdict(others, {}, watchful)).to.include({ kind: "work", proof: false, as: "check", before: 1_300 });
    expectEnd(verdict(others, { outputWords }, watchful), "lost", "ANSWERED_BY_ANOTHER");
    expectEnd(verdict(others, {}, { ...watchful, listed: false }), "lost");
  });

  it("challenges a wrong answer while it can, and collects when it is not proven", () => {
    const others = { provider: OTHER, answerHash: hashWords([6n]) };
    expect(verdict(others, { outputWords }, watchful)).to.deep.equal({ kind: "note", change: { challenging: true } });
    const found = { outputWords, challenging: true };
    expect(verdict(others, found, watchful)).to.deep.equal({ kind: "send", purpose: "challenge" });
    expectEnd(verdict({ ...others, deadline: NOW - 1 }, found, watchful), "lost");
    const mine = { ...others, status: CLAIM.defending, challenger: ME, deadline: NOW };
    const challenged = { ...found, phase: "challenged" } as const;
    expect(verdict(mine, challenged, watchful)).to.include({ kind: "wait", until: NOW + 1 });
    expect(verdict({ ...mine, deadline: NOW - 1 }, challenged)).to.deep.equal({
      kind: "send",
      purpose: "expireDefence",
    });
  });

  it("stays within reach of a jury where there is no circuit", () => {
    const others = { provider: OTHER };
    expect(verdict(others, {}, { provable: false })).to.include({ kind: "wait", until: 1_301 });
    const judging = { ...others, status: CLAIM.judging, challenger: THIRD } as const;
    const seated = { panel: panel(), provable: false };
    expect(verdict(judging, {}, seated)).to.deep.equal({ kind: "note", change: { round: 1, phase: "assigned" } });
    const drawing = { panel: panel({ status: 1, seated: false }), provable: false };
    expect(verdict(judging, {}, drawing)).to.include({ kind: "draw", by: "panel" });
  });

  it("moves the jury on as provider or as challenger, whoever sits on it", () => {
    const drawing = { panel: panel({ status: 1, seated: false }) };
    const judged = { status: CLAIM.judging, challenger: OTHER };
    expect(verdict(judged, { phase: "answered", attempt: 0 }, drawing)).to.include({ kind: "draw", isParty: true });
    const over = { panel: panel({ seated: false, round: 2, revealBefore: NOW - 1 }) };
    const judging = { status: CLAIM.judging, challenger: OTHER };
    expect(verdict(judging, { phase: "answered", attempt: 0 }, over)).to.include({ purpose: "closePanel" });
    const challenged = { ...judging, provider: OTHER, challenger: ME } as const;
    expect(verdict(challenged, { phase: "challenged" }, over)).to.include({ purpose: "closePanel" });
    const third = { ...challenged, challenger: THIRD } as const;
    expectEnd(verdict(third, {}, over), "lost", "DRAWN_OTHERS");
  });

  it("knows who won a challenge", () => {
    const mine = { phase: "answered", attempt: 0 } as const;
    const fell = { status: STATUS.refunded, reason: END_REASON.challengeLost };
    const undecided = { status: STATUS.refunded, reason: 7 };
    const settled = { status: STATUS.settled };
    const resolved = { status: CLAIM.resolved, challenger: THIRD } as const;
    expectEnd(verdict(resolved, mine, {}, settled), "settled");
    expectEnd(verdict(resolved, mine, {}, fell), "failed", "CHALLENGE_LOST");
    expectEnd(verdict(resolved, mine, {}, undecided), "refunded", "CHALLENGE_UNDECIDED");
    const challenged = { status: CLAIM.resolved, provider: OTHER, challenger: ME } as const;
    expectEnd(verdict(challenged, { phase: "challenged" }, {}, fell), "settled", "CHALLENGE_WON");
    expectEnd(verdict(challenged, { phase: "challenged" }, {}, settled), "failed", "CHALLENGE_LOST");
    expectEnd(verdict(challenged, { phase: "challenged" }, {}, undecided), "refunded", "CHALLENGE_UNDECIDED");
  });

  it("counts a juror's vote by the majority, whatever became of the job", () => {
    const juror = { round: 1, phase: "revealed" } as const;
    const resolved = { status: CLAIM.resolved, provider: OTHER, challenger: THIRD } as const;
    const fell = { status: STATUS.refunded, reason: END_REASON.challengeLost };
    const answerHash = hashWords(outputWords);
    const jury = (winner: `0x${string}`) => ({ panel: panel({ status: 3, answerHash, winner }) });
    expectEnd(verdict(resolved, juror, jury(answerHash), fell), "settled");
    expectEnd(verdict(resolved, juror, jury(hashWords([6n])), fell), "failed", "VOTE_LOST");
  });
});
