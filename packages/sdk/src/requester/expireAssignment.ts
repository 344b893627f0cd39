import { marketOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface ExpireAssignmentParameters extends WriteOptions {
  readonly jobId: bigint;
}

export type ExpireAssignmentReturnType = WriteResult;

/**
 * Ends an assignment past its deadline: the provider loses its bond, the job is drawn again or, after the last attempt,
 * open to every serving provider. Anyone may send it.
 * @throws VerimeshError `JobUnknown`, `JobNotInStatus`, `AnswerDeadlineNotPassed`, and those of every write
 * @example
 * await expireAssignment(client, { deployment, jobId });
 */
export async function expireAssignment(
  client: VerimeshClient,
  parameters: ExpireAssignmentParameters,
): Promise<ExpireAssignmentReturnType> {
  const { deployment, jobId } = parameters;
  const call = { ...marketOf(deployment), functionName: "expireAssignment", args: [jobId] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
