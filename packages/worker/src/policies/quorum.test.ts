import { expect } from "chai";
import { expectEnd, HABITS, NOW, panel, record, situation } from "../../test/records.ts";
import { type ChainJob, PANEL, type PanelView, POLICY, STATUS } from "../chain/ChainJob.ts";
import { hashWords } from "../chain/MarketClient.ts";
import type { JobRecord, Vote } from "../jobs/JobRecord.ts";
import type { Situation } from "../jobs/Verdict.ts";
import { decide } from "./decide.ts";

const words = [5n];
const vote: Vote = { round: 1, salt: "0x01", commitment: "0xc0", outputWords: words };

function verdict(
  votes: Partial<PanelView>,
  mine: Partial<JobRecord> = {},
  change: Partial<Situation> = {},
  job: Partial<ChainJob> = {},
) {
  const chain = { policy: POLICY.quorum, status: STATUS.assigned, ...job };
  return decide(record({ policy: POLICY.quorum, ...mine }), situation(chain, { panel: panel(votes), ...change }));
}

describe("decide, on a job for a quorum", () => {
  it("takes part in the draw of the panel until its time is over", () => {
    const drawing = { status: PANEL.drawing, seated: false, drawBefore: NOW };
    const requested = { status: STATUS.requested };
    expect(verdict(drawing, {}, {}, requested)).to.deep.equal({
      ...{ kind: "draw", by: "panel", drawBlock: 50, drawBefore: NOW, isParty: false },
    });
    expectEnd(verdict({ ...drawing, drawBefore: NOW - 1 }, {}, {}, requested), "lost", "NOBODY_DRAWN");
    const habits = { ...HABITS, endAll: true };
    expect(verdict({ ...drawing, drawBefore: NOW - 1 }, {}, { habits })).to.include({ purpose: "expireDraw" });
  });

  it("notes its seat, runs, chooses a salt and notes it, and only then commits", () => {
    expect(verdict({})).to.deep.equal({ kind: "note", change: { round: 1, phase: "assigned" } });
    expect(verdict({}, { round: 1 })).to.include({ kind: "work", proof: false, as: "seat", before: 1_060 });
    expect(verdict({}, { round: 1, outputWords: words })).to.deep.equal({ kind: "vote", round: 1, outputWords: words });
    expect(verdict({}, { round: 1, outputWords: words, vote })).to.deep.equal({ kind: "send", purpose: "commit" });
  });

  it("does not commit too late, nor with the salt of another round", () => {
    expectEnd(verdict({ commitBefore: NOW - 1 }, { round: 1, vote }), "failed", "VOTE_MISSED");
    const second = verdict({ round: 2 }, { round: 2, outputWords: words, vote });
    expect(second).to.deep.equal({ kind: "vote", round: 2, outputWords: words });
  });

  it("keeps its answer to itself until nobody can commit any more", () => {
    const mine = { round: 1, phase: "committed", outputWords: words, vote } as const;
    const committed = { commitment: vote.commitment, committed: 2 };
    expect(verdict(committed, mine)).to.include({ kind: "wait", until: 1_061 });
    expect(verdict({ ...committed, committed: 3 }, mine)).to.deep.equal({ kind: "send", purpose: "reveal" });
    expect(verdict({ ...committed, commitBefore: NOW - 1 }, mine)).to.deep.equal({ kind: "send", purpose: "reveal" });
    expectEnd(verdict({ ...committed, revealBefore: NOW - 1 }, mine), "failed", "VOTE_MISSED");
  });

  it("finds its vote again when its journal is lost, and gives up only on a commitment that is not its own", () => {
    const lost = { commitment: vote.commitment, committed: 3 };
    expect(verdict(lost, { round: 1 })).to.include({ kind: "work", as: "seat", before: 1_120 });
    expect(verdict(lost, { round: 1, outputWords: words })).to.include({ kind: "vote" });
    const other = { ...vote, commitment: "0xbad" } as const;
    expectEnd(verdict(lost, { round: 1, outputWords: words, vote: other }), "failed", "VOTE_MISSED");
  });

  it("closes the vote when nothing more can come", () => {
    const mine = { round: 1, phase: "revealed", vote } as const;
    const revealed = { commitment: vote.commitment, answerHash: hashWords(words), committed: 3, revealed: 2 };
    expect(verdict(revealed, mine)).to.include({ kind: "wait", until: 1_121 });
    expect(verdict({ ...revealed, revealed: 3 }, mine)).to.deep.equal({ kind: "send", purpose: "closePanel" });
    expect(verdict({ ...revealed, revealBefore: NOW - 1 }, mine)).to.include({ purpose: "closePanel" });
    const silentThird = { ...revealed, committed: 2, commitBefore: NOW - 1 };
    expect(verdict(silentThird, mine)).to.include({ purpose: "closePanel" });
  });

  it("waits while others vote, and closes their first vote, since it may be drawn for the second", () => {
    expect(verdict({ seated: false })).to.include({ kind: "wait", until: 1_121 });
    expect(verdict({ seated: false, revealBefore: NOW - 1 })).to.include({ purpose: "closePanel" });
    expectEnd(verdict({ seated: false, round: 2, revealBefore: NOW - 1 }), "lost", "DRAWN_OTHERS");
  });

  it("knows what became of its vote", () => {
    const settled = { status: STATUS.settled };
    const mine = { round: 1, phase: "revealed", vote } as const;
    const answerHash = hashWords(words);
    const end = (votes: Partial<PanelView>, job: Partial<ChainJob> = settled, own: Partial<JobRecord> = mine) =>
      verdict({ status: PANEL.closed, ...votes }, own, {}, job);
    expectEnd(end({ answerHash, winner: answerHash }), "settled", "SETTLED");
    expectEnd(end({ answerHash, winner: hashWords([6n]) }), "failed", "VOTE_LOST");
    expectEnd(end({ winner: hashWords([6n]) }), "failed", "VOTE_MISSED");
    expectEnd(end({ answerHash }, { status: STATUS.refunded }), "refunded", "NO_MAJORITY");
    const nothing = hashWords([]);
    expectEnd(
      end({ answerHash: nothing, winner: nothing }, { status: STATUS.refunded }),
      "refunded",
      "CONTENT_UNAVAILABLE",
    );
    expectEnd(end({ seated: false }, settled, {}), "lost", "SETTLED_BY_OTHERS");
    // The second round is other members': what was revealed in the first came back unpaid.
    expectEnd(verdict({ status: PANEL.drawing, round: 2 }, mine), "refunded", "NO_MAJORITY");
    expectEnd(verdict({ seated: false, round: 2 }, { ...mine, phase: "committed" }), "failed", "VOTE_MISSED");
  });
});
