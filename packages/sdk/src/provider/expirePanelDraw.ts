import { votesOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";
import { votesOfJob } from "../job/votesOfJob.ts";

export interface ExpirePanelDrawParameters extends WriteOptions {
  readonly jobId: bigint;
}

export type ExpirePanelDrawReturnType = WriteResult;

/**
 * Ends a draw for which not enough providers were found in time: the job is refunded, or a challenge that no jury
 * could judge ends with both bonds back. Anyone may send it.
 * @throws VerimeshError `NOT_A_PANEL_JOB`, `PanelNotInStatus`, `PanelDrawStillOpen`, and those of every write
 * @example
 * await expirePanelDraw(client, { deployment, jobId });
 */
export async function expirePanelDraw(
  client: VerimeshClient,
  parameters: ExpirePanelDrawParameters,
): Promise<ExpirePanelDrawReturnType> {
  const { deployment, jobId } = parameters;
  const { policy } = await votesOfJob(client, parameters);
  const call = { ...votesOf(deployment, policy), functionName: "expirePanelDraw", args: [jobId] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
