import { VerimeshError } from "@verimesh/core";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import type { OverdueAction } from "../job/phase.ts";
import { closePanel } from "../provider/closePanel.ts";
import { expireDefence } from "../provider/expireDefence.ts";
import { expirePanelDraw } from "../provider/expirePanelDraw.ts";
import { expireAssignment } from "./expireAssignment.ts";
import { finalizeAnswer } from "./finalizeAnswer.ts";
import { getJob } from "./getJob.ts";
import { refundJob } from "./refundJob.ts";

export interface EndOverdueJobParameters extends WriteOptions {
  readonly jobId: bigint;
}

export interface EndOverdueJobReturnType extends WriteResult {
  /** What was done. */
  readonly action: OverdueAction;
}

const ACTIONS = { closePanel, expireAssignment, expireDefence, expirePanelDraw, finalizeAnswer, refundJob };

/**
 * Ends the phase of a job that is past its time, whichever it is: the way for anyone to keep a job moving that others have
 * left. Call it again until the job has ended.
 * @throws VerimeshError `JobUnknown`, `JOB_NOT_OVERDUE`, and those of the action
 * @example
 * const { action } = await endOverdueJob(client, { deployment, jobId });
 */
export async function endOverdueJob(
  client: VerimeshClient,
  parameters: EndOverdueJobParameters,
): Promise<EndOverdueJobReturnType> {
  const { deployment, jobId, signal } = parameters;
  const { overdueAction: action, phase, phaseBefore } = await getJob(client, { deployment, jobId, signal });
  if (action === undefined) {
    throw new VerimeshError(`Job ${jobId} is not overdue: it is ${phase}.`, {
      code: "JOB_NOT_OVERDUE",
      details:
        phaseBefore === undefined
          ? "It has ended. There is nothing to do."
          : `Try again after ${new Date(Number(phaseBefore) * 1000).toISOString()}.`,
    });
  }
  const { transactionHash, receipt } = await ACTIONS[action](client, parameters);
  return { action, transactionHash, receipt };
}
