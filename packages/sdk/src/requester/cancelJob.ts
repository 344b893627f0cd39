import { marketOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface CancelJobParameters extends WriteOptions {
  readonly jobId: bigint;
}

export type CancelJobReturnType = WriteResult;

/**
 * Cancels a job that is not assigned; the fee becomes claimable again. Requester only, not in the open round.
 * @throws VerimeshError `JobUnknown`, `NotRequester`, `JobNotInStatus`, `JobInOpenRound`, and those of every write
 * @example
 * await cancelJob(client, { deployment, jobId });
 */
export async function cancelJob(client: VerimeshClient, parameters: CancelJobParameters): Promise<CancelJobReturnType> {
  const { deployment, jobId } = parameters;
  const call = { ...marketOf(deployment), functionName: "cancelJob", args: [jobId] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
