import { marketOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface RefundJobParameters extends WriteOptions {
  readonly jobId: bigint;
}

export type RefundJobReturnType = WriteResult;

/**
 * Refunds a job that nobody delivered in time. Anyone may send it.
 * @throws VerimeshError `JobUnknown`, `JobNotInStatus`, `JobStillOpen`, and those of every write
 * @example
 * await refundJob(client, { deployment, jobId });
 */
export async function refundJob(client: VerimeshClient, parameters: RefundJobParameters): Promise<RefundJobReturnType> {
  const { deployment, jobId } = parameters;
  const call = { ...marketOf(deployment), functionName: "refundJob", args: [jobId] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
