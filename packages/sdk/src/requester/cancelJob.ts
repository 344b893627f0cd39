import { jobMarketAbi } from "@verimesh/abi";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface CancelJobParameters extends WriteOptions {
  readonly jobId: bigint;
}

export type CancelJobReturnType = WriteResult;

/**
 * Cancels a job that nobody has claimed; the fee becomes claimable again. Requester only.
 * @throws VerimeshError `JobUnknown`, `NotRequester`, `JobNotInStatus`, and those of every write
 * @example
 * await cancelJob(client, { deployment, jobId });
 * await withdraw(client, { deployment });
 */
export async function cancelJob(client: VerimeshClient, parameters: CancelJobParameters): Promise<CancelJobReturnType> {
  const { deployment, jobId } = parameters;
  const call = { address: deployment.jobMarket, abi: jobMarketAbi, functionName: "cancelJob", args: [jobId] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
