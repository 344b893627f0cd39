import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VerimeshError } from "@verimesh/core";
import { expect } from "chai";
import type { Address } from "viem";
import { UNKNOWN_JOB, type ChainJob } from "../src/chain/ChainJob.ts";
import type { JobRecord } from "../src/jobs/JobRecord.ts";

export const ME: Address = "0x1111111111111111111111111111111111111111";
export const OTHER: Address = "0x2222222222222222222222222222222222222222";
export const OWNER = { chainId: 31337, market: OTHER, provider: ME };

export function record(change: Partial<JobRecord> = {}): JobRecord {
  return {
    jobId: 1n,
    modelId: 1n,
    version: 1n,
    phase: "seen",
    at: 1_000_000,
    inputWords: [7n],
    inputCid: "0x",
    timings: {},
    ...change,
  };
}

export function chainJob(change: Partial<ChainJob> = {}): ChainJob {
  return { ...UNKNOWN_JOB, status: 1, modelId: 1n, version: 1n, claimBefore: 2_000n, proveSeconds: 60n, ...change };
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
