import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { type MarketJob, readJob } from "../job/readJob.ts";

export type { MarketJob } from "../job/readJob.ts";

export interface GetJobParameters extends ReadOptions {
  readonly jobId: bigint;
  /** The latest block by default. */
  readonly blockNumber?: bigint | undefined;
}

/**
 * A job: its terms, and where it stands by the chain's clock.
 * @throws VerimeshError `JobUnknown`, `RPC_UNREACHABLE`
 * @example
 * const { phase, phaseBefore, overdueAction } = await getJob(client, { deployment, jobId: 1n });
 */
export async function getJob(client: VerimeshClient, parameters: GetJobParameters): Promise<MarketJob> {
  const { deployment, jobId, blockNumber, signal } = parameters;
  return readJob(client, { deployment, jobId, blockNumber, signal });
}
