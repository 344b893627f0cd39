import { expect } from "chai";
import { expectEnd, HABITS, ME, NOW, OTHER, PROOF, record, situation } from "../../test/records.ts";
import { type ChainJob, STATUS, UNKNOWN_JOB } from "../chain/ChainJob.ts";
import { hashWords } from "../chain/MarketClient.ts";
import type { JobRecord } from "../jobs/JobRecord.ts";
import type { Situation } from "../jobs/Verdict.ts";
import { decide } from "./decide.ts";

const verdict = (job: Partial<ChainJob>, mine: Partial<JobRecord> = {}, change: Partial<Situation> = {}) =>
  decide(record(mine), situation(job, change));

const mineAt = (deadline: number): Partial<ChainJob> => ({ status: STATUS.assigned, provider: ME, deadline });
const othersAt = (deadline: number): Partial<ChainJob> => ({ status: STATUS.assigned, provider: OTHER, deadline });
const proof = PROOF;

describe("decide, on a job to be proven", () => {
  it("leaves another request under the id alone, as a reorganisation puts it there", () => {
    for (const change of [
      { inputHash: hashWords([8n]) },
      { modelId: 2 },
      { version: 2 },
      { fee: 8n },
      { requester: ME },
    ]) {
      expectEnd(verdict({ ...mineAt(NOW), ...change }, { attempt: 0, proof }), "lost", "REQUEST_CHANGED");
    }
  });

  it("never works on a job that is over, whatever the journal says", () => {
    expectEnd(verdict({ status: STATUS.settled, provider: ME }, { attempt: 0 }), "settled");
    expectEnd(verdict({ status: STATUS.settled, provider: OTHER }), "lost", "SETTLED_BY_ANOTHER");
    expectEnd(verdict({ status: STATUS.settled, provider: OTHER }, { attempt: 0, proof }), "failed", "DEADLINE_MISSED");
    expectEnd(verdict({ status: STATUS.refunded }), "refunded");
    expectEnd(verdict({ status: STATUS.refunded }, { attempt: 0, proof }), "failed", "DEADLINE_MISSED");
  });

  it("notes an assignment, whoever sent it, before it works on it", () => {
    expect(verdict(mineAt(NOW))).to.deep.equal({ kind: "note", change: { attempt: 0, phase: "assigned" } });
    expect(verdict({ ...mineAt(NOW), attempts: 2 }, { attempt: 0, proof })).to.deep.equal({
      kind: "note",
      change: { attempt: 2, phase: "proved" },
    });
  });

  it("proves and settles what is assigned to it, up to the last second", () => {
    expect(verdict(mineAt(NOW), { attempt: 0 })).to.deep.equal({
      ...{ kind: "work", proof: true, before: NOW, as: "assigned" },
    });
    expect(verdict(mineAt(NOW), { attempt: 0, proof })).to.deep.equal({ kind: "send", purpose: "settle" });
    expectEnd(verdict(mineAt(NOW - 1), { attempt: 0, proof }), "failed", "DEADLINE_MISSED");
    expectEnd(verdict(mineAt(NOW - 1)), "failed", "DEADLINE_MISSED");
  });

  it("hands back what it cannot do, and ends with the reason once that is done", () => {
    const declining = { reason: 4, code: "CONTENT_NOT_FOUND", message: "gone" };
    expect(verdict(mineAt(NOW), { attempt: 0, declining })).to.deep.equal({ kind: "send", purpose: "decline" });
    for (const job of [{ attempts: 1 }, { ...othersAt(NOW), attempts: 1 }, { status: STATUS.refunded }]) {
      expectEnd(verdict(job, { attempt: 0, declining }), "declined", "CONTENT_NOT_FOUND");
    }
  });

  it("never takes up again a job that it lost to its deadline", () => {
    expectEnd(verdict({ attempts: 1 }, { attempt: 0, proof }), "failed");
    expectEnd(verdict({ ...othersAt(NOW), attempts: 1 }, { attempt: 0, proof }), "failed");
    expectEnd(verdict({ deadline: NOW - 1, attempts: 3 }, { attempt: 2, proof }), "failed");
  });

  it("is drawn again, with the proof it has, when a reorganisation takes its assignment back", () => {
    expect(verdict({ attempts: 1 }, { attempt: 1, proof })).to.include({ kind: "draw", drawBlock: 50 });
  });

  it("takes part in draws up to the last second, then in the open round, then lets go", () => {
    expect(verdict({ deadline: NOW })).to.include({ kind: "draw", by: "market", drawBefore: NOW });
    const open = { deadline: NOW - 1, openSeconds: 1 };
    expect(verdict(open)).to.deep.equal({ kind: "work", proof: true, before: NOW, as: "open" });
    expect(verdict(open, { proof })).to.deep.equal({ kind: "send", purpose: "settle" });
    expectEnd(verdict({ ...open, openSeconds: 0 }, { proof }), "lost", "NOBODY_DELIVERED");
  });

  it("leaves open rounds to others if it does not serve within the fee, or would rather not", () => {
    const open = { deadline: NOW - 1, openSeconds: 10 };
    expect(verdict(open, {}, { serves: false })).to.include({ kind: "wait", until: NOW + 10 });
    expect(verdict(open, {}, { habits: { ...HABITS, openRounds: false } })).to.include({
      kind: "wait",
      until: NOW + 10,
    });
  });

  it("ends another's assignment when it has expired, each worker at its own time", () => {
    expect(verdict(othersAt(NOW))).to.include({ kind: "wait", until: NOW + 1 });
    expect(verdict(othersAt(NOW - 1))).to.deep.equal({ kind: "send", purpose: "expire" });
    expect(verdict(othersAt(NOW - 1), {}, { stagger: 3 })).to.include({ kind: "wait", until: NOW + 3 });
  });

  it("does not end an assignment where that only refunds the job, or it does not serve it, unless it tidies up", () => {
    const last = { ...othersAt(NOW - 1), attempts: 2, openSeconds: 0 };
    expectEnd(verdict(last), "lost", "ASSIGNED_TO_ANOTHER");
    expectEnd(verdict(othersAt(NOW - 1), {}, { serves: false }), "lost", "ASSIGNED_TO_ANOTHER");
    expect(verdict({ ...last, openSeconds: 1 })).to.deep.equal({ kind: "send", purpose: "expire" });
    const habits = { ...HABITS, endAll: true };
    expect(verdict(last, {}, { habits })).to.deep.equal({ kind: "send", purpose: "expire" });
    expect(verdict({ deadline: 1, openSeconds: 0 }, {}, { habits })).to.deep.equal({ kind: "send", purpose: "refund" });
  });

  it("looks again for a job that the chain does not know, for a quarter of an hour", () => {
    const unknown = (now: number) => verdict(UNKNOWN_JOB, { at: 1_000_000 }, { now });
    expect(unknown(1_900).kind).to.equal("wait");
    expectEnd(unknown(1_901), "lost", "UNKNOWN_ON_CHAIN");
  });
});
