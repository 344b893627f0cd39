import { expect } from "chai";
import { chainJob, ME, OTHER, record } from "../../test/records.ts";
import { STATUS, UNKNOWN_JOB, type ChainJob } from "../chain/ChainJob.ts";
import type { JobRecord, Phase } from "./JobRecord.ts";
import { reconcile, type Verdict } from "./reconcile.ts";

const CLAIMED: readonly Phase[] = ["claimed", "executed", "proved"];
const NOW = 1_000n;

function verdict(job: Partial<ChainJob>, mine: Partial<JobRecord> = {}, now = NOW): Verdict {
  return reconcile(record(mine), chainJob(job), ME, now, 3n);
}

function expectMove(actual: Verdict, phase: Phase, code?: string): void {
  expect(actual.kind).to.equal("move");
  if (actual.kind !== "move") return;
  expect(actual.phase).to.equal(phase);
  if (code) expect(actual.reason!.code).to.equal(code);
}

describe("reconcile", () => {
  it("never works on a job that is settled, whatever the journal says", () => {
    for (const phase of ["seen", "ready", ...CLAIMED] as const) {
      expectMove(verdict({ status: STATUS.settled, provider: ME }, { phase }), "settled");
      const end = CLAIMED.includes(phase) ? "failed" : "lost";
      expectMove(verdict({ status: STATUS.settled, provider: OTHER }, { phase }), end);
    }
  });

  it("never works on a job that is refunded", () => {
    expectMove(verdict({ status: STATUS.refunded }), "refunded");
    expectMove(
      verdict({ status: STATUS.refunded }, { phase: "proved", attempt: 0 }),
      "failed",
      "PROVE_DEADLINE_MISSED",
    );
  });

  it("continues what is assigned to it, up to the last second", () => {
    const assigned = { status: STATUS.assigned, provider: ME, proveBefore: NOW };
    for (const phase of CLAIMED) expect(verdict(assigned, { phase }).kind).to.equal("act");
    for (const phase of CLAIMED) {
      expectMove(verdict(assigned, { phase }, NOW + 1n), "failed", "PROVE_DEADLINE_MISSED");
    }
  });

  it("takes up a claim whose receipt it never saw, with the proof if there is one", () => {
    const assigned = { status: STATUS.assigned, provider: ME, proveBefore: 1_060n };
    expectMove(verdict(assigned, { phase: "ready" }), "claimed");
    expectMove(verdict(assigned, { phase: "ready", proof: [1n] }), "proved");
    expectMove(verdict(assigned, { phase: "seen" }), "claimed");
  });

  it("waits while another provider has the job, exactly until that claim can be ended", () => {
    const taken = { status: STATUS.assigned, provider: OTHER, proveBefore: 1_060n };
    const wait = verdict(taken);
    expect(wait).to.deep.include({ kind: "wait", until: 1_061n });
    expect(verdict(taken, {}, 1_060n).kind).to.equal("wait");
    expect(verdict(taken, {}, 1_061n).kind).to.equal("expire");
  });

  it("does not end a claim when that would only refund the job", () => {
    const taken = { status: STATUS.assigned, provider: OTHER, proveBefore: 1_060n };
    expectMove(verdict({ ...taken, attempts: 2 }, {}, 1_061n), "lost");
    expect(verdict({ ...taken, attempts: 1 }, {}, 1_061n).kind).to.equal("expire");
    expectMove(verdict({ ...taken, claimBefore: 1_060n }, {}, 1_061n), "lost");
  });

  it("does not claim after the claim window", () => {
    expect(verdict({ claimBefore: NOW }, { phase: "ready" }).kind).to.equal("act");
    expectMove(verdict({ claimBefore: NOW - 1n }, { phase: "ready" }), "lost", "CLAIM_WINDOW_CLOSED");
  });

  it("never claims again a job that it lost to its deadline", () => {
    for (const phase of CLAIMED) expectMove(verdict({ attempts: 1 }, { phase, attempt: 0 }), "failed");
    for (const phase of CLAIMED) {
      expectMove(verdict({ status: STATUS.assigned, provider: OTHER, attempts: 1 }, { phase, attempt: 0 }), "failed");
    }
  });

  it("claims again after a reorganisation took its claim back, and keeps the proof", () => {
    for (const phase of CLAIMED) expectMove(verdict({ attempts: 1 }, { phase, attempt: 1 }), "ready");
  });

  it("looks again for a job that the chain does not know, for a quarter of an hour", () => {
    const unknown = (now: bigint) => reconcile(record({ at: 1_000_000 }), UNKNOWN_JOB, ME, now, 3n);
    expect(unknown(1_000n).kind).to.equal("wait");
    expect(unknown(1_900n).kind).to.equal("wait");
    expectMove(unknown(1_901n), "lost", "UNKNOWN_ON_CHAIN");
  });
});
