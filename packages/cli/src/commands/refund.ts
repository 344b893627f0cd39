import { VerimeshError } from "@verimesh/core";
import { explainReason, type MarketJob, type OverdueAction } from "@verimesh/sdk";
import { type Hex, isAddressEqual, zeroAddress } from "viem";
import { timeText } from "../output/format.ts";
import { connectAs, type Context } from "./Context.ts";
import { amountText, vmeshText } from "./payment.ts";

type Step = OverdueAction | "cancelJob";

/**
 * Gets a job that has no answer to its refund, as far as its state allows now: ends what is past its time, step by step, and
 * cancels one's own that nobody has been assigned to. A job that was refunded before is no error; one whose answer turns
 * out to stand (`finalizeAnswer`, `closePanel`) is settled, and told so.
 *
 * @throws VerimeshError JOB_SETTLED, JOB_NOT_OVERDUE with the time from which on it is possible
 */
export async function refund(context: Context, jobId: bigint): Promise<void> {
  const { out, signal } = context;
  const { client, wallet, account, deployment } = await connectAs(context, "requester");
  const steps: { step: Step; transactionHash: Hex }[] = [];
  let job = await client.getJob({ jobId, signal });
  if (job.status === "settled") {
    throw new VerimeshError(`Job ${jobId} was answered, and its fee paid out.`, {
      code: "JOB_SETTLED",
      details: `verimesh job ${jobId} shows the answer.`,
    });
  }
  const isMine = isAddressEqual(job.requester, account.address);
  for (let step = nextStep(job, isMine); step !== undefined; step = nextStep(job, isMine)) {
    const { transactionHash } =
      step === "cancelJob" ? await wallet.cancelJob({ jobId, signal }) : await wallet.endOverdueJob({ jobId, signal });
    out.progress(PROGRESS[step]);
    steps.push({ step, transactionHash });
    job = await client.getJob({ jobId, signal });
  }
  const { requester, token, fee, status, phase, phaseBefore, reason } = job;
  const ended = status === "refunded" || status === "settled";
  if (steps.length === 0 && !ended) {
    throw new VerimeshError(`Job ${jobId} is ${phase} until ${timeText(phaseBefore!)}.`, {
      code: "JOB_NOT_OVERDUE",
      details:
        "If it has not moved by then, run this again: whoever is late loses its bond, half of it to the requester.",
    });
  }

  const claimable = await client.getClaimable({ owner: requester, token, signal });
  const { slashProceeds } = await client.getProvider({ provider: requester, signal });
  const pay = isAddressEqual(token, zeroAddress) ? "" : ` --token ${token}`;
  out.facts({
    Job: String(jobId),
    Status: ended ? `${status} (${reason})` : `${phase}, until ${timeText(phaseBefore!)}`,
    Reason: reason === "none" ? undefined : explainReason(reason),
    Fee: amountText(fee, token, deployment),
    Requester: requester,
    "To withdraw":
      claimable === 0n ? undefined : `${amountText(claimable, token, deployment)}: verimesh withdraw${pay}`,
    "From slashed bonds":
      slashProceeds === 0n ? undefined : `${vmeshText(slashProceeds)}: verimesh withdraw --slash-proceeds`,
  });
  out.result({ jobId: Number(jobId), steps, status, phase, reason, requester, token, fee, claimable, slashProceeds });
}

const PROGRESS: Readonly<Record<Step, string>> = {
  expireAssignment: "Ended the assignment, whose provider missed its deadline and loses its bond",
  refundJob: "Refunded the job, for which nobody was found in time",
  cancelJob: "Cancelled the job",
  closePanel: "Closed the vote, whose time is over",
  expirePanelDraw: "Ended the draw of a panel for which too few providers were found",
  finalizeAnswer: "Settled the job, whose answer nobody challenged in time",
  expireDefence: "Ended the challenge, which the provider did not answer: its answer falls",
};

/** A stranger leaves what its requester could cancel to the requester. */
function nextStep({ overdueAction, phase, status }: MarketJob, isMine: boolean): Step | undefined {
  if (overdueAction !== undefined) return overdueAction;
  return isMine && phase === "drawing" && status === "requested" ? "cancelJob" : undefined;
}
