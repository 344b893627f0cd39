import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SolidityProof, VerimeshError } from "@verimesh/core";
import { expect } from "chai";
import { type Address, zeroAddress } from "viem";
import {
  type ChainJob,
  type ClaimView,
  type PanelView,
  requestHashOf,
  STATUS,
  UNKNOWN_JOB,
} from "../src/chain/ChainJob.ts";
import { hashWords } from "../src/chain/MarketClient.ts";
import type { JobRecord, Phase } from "../src/jobs/JobRecord.ts";
import type { Situation, Verdict } from "../src/jobs/Verdict.ts";

export const ME: Address = "0x1111111111111111111111111111111111111111";
export const OTHER: Address = "0x2222222222222222222222222222222222222222";
export const OWNER = { chainId: 31337, market: OTHER, provider: ME };
export const NOW = 1_000;
/** Decisions depend on whether there is a proof, not on what it says. */
export const PROOF: SolidityProof = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n];

export function chainJob(change: Partial<ChainJob> = {}): ChainJob {
  return {
    ...UNKNOWN_JOB,
    ...{ status: STATUS.requested, modelId: 1, version: 1, fee: 9n, requester: OTHER, inputHash: hashWords([7n]) },
    ...{ deadline: 2_000, drawBlock: 50, answerSeconds: 60, openSeconds: 100, panelSize: 3 },
    ...change,
  };
}

export function record(change: Partial<JobRecord> = {}): JobRecord {
  const policy = change.policy ?? 0;
  return {
    ...{ jobId: 1n, modelId: 1n, version: 1n, policy },
    requestHash: requestHashOf({ ...chainJob(), policy }),
    phase: "seen",
    at: 1_000_000,
    inputWords: [7n],
    inputCid: "0x",
    timings: {},
    ...change,
  };
}

export const HABITS = { openRounds: true, challenge: false, endAll: false };

/** A job that this provider serves, on a version with a circuit, as the chain shows it at `NOW`. */
export function situation(job: Partial<ChainJob>, change: Partial<Situation> = {}): Situation {
  return {
    ...{ job: chainJob(job), me: ME, now: NOW, maxAttempts: 3, maxRounds: 2, stagger: 0 },
    ...{ listed: true, serves: true, provable: true, habits: HABITS },
    ...change,
  };
}

export function panel(change: Partial<PanelView> = {}): PanelView {
  return {
    ...{ status: 2, round: 1, size: 3, committed: 0, revealed: 0, drawBlock: 50, drawBefore: 2_000 },
    ...{ commitBefore: 1_060, revealBefore: 1_120, seated: true },
    ...{ commitment: undefined, answerHash: undefined, winner: undefined },
    ...change,
  };
}

export function claim(change: Partial<ClaimView> = {}): ClaimView {
  return {
    ...{ status: 1, deadline: 1_300, provider: ME, challenger: zeroAddress, answerHash: hashWords([5n]) },
    ...change,
  };
}

/** Wants the job to end in this phase, for this reason. */
export function expectEnd(verdict: Verdict, phase: Phase, code?: string): void {
  expect(verdict).to.include({ kind: "end", phase });
  if (code) expect(verdict).to.include({ code });
}

export function temporaryDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), "verimesh-worker-"));
}

/** Wants a VerimeshError with this code. */
export async function expectError(promise: Promise<unknown>, code: string): Promise<VerimeshError> {
  const error: unknown = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).to.be.instanceOf(VerimeshError);
  expect((error as VerimeshError).code).to.equal(code);
  return error as VerimeshError;
}
