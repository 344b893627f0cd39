import { jobMarketAbi } from "@verimesh/abi";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface ClaimJobParameters extends WriteOptions {
  readonly jobId: bigint;
}

export type ClaimJobReturnType = WriteResult;

/**
 * Claims an open job exclusively and locks the bond. Whoever claims and does not deliver in time loses it.
 * @throws VerimeshError `JobUnknown`, `JobNotInStatus`, `ClaimWindowClosed`, `StakeInsufficient`, and those of every write
 * @example
 * await claimJob(client, { deployment, jobId });
 */
export async function claimJob(client: VerimeshClient, parameters: ClaimJobParameters): Promise<ClaimJobReturnType> {
  const { deployment, jobId } = parameters;
  const call = { address: deployment.jobMarket, abi: jobMarketAbi, functionName: "claimJob", args: [jobId] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
