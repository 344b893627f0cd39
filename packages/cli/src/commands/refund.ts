import { VerimeshError } from "@verimesh/core";
import type { MarketJob } from "@verimesh/sdk";
import { formatEther, type Hex, isAddressEqual, zeroAddress } from "viem";
import { amountText, timeText } from "../output/format.ts";
import { connectAs, type Context } from "./Context.ts";

type Writer = Awaited<ReturnType<typeof connectAs>>;
type Step = "expired" | "refunded" | "cancelled";

/**
 * Returns the fee of a job that has no answer, by what its state allows: ends a claim past its deadline, refunds a job
 * that nobody claimed in time, cancels one's own that is still open. A job that was refunded before is no error.
 *
 * @throws VerimeshError JOB_SETTLED; ProveDeadlineNotPassed and, for others than the requester, JobStillOpen, with the time
 * from which on it is possible
 */
export async function refund(context: Context, jobId: bigint): Promise<void> {
  const { out, signal } = context;
  const writer = await connectAs(context, "requester");
  const { client } = writer;
  const steps: { step: Step; transactionHash: Hex }[] = [];
  const take = async (action: () => Promise<{ step: Step; transactionHash: Hex }>): Promise<MarketJob> => {
    const taken = await action();
    out.progress(PROGRESS[taken.step]);
    steps.push(taken);
    return client.getJob({ jobId, signal });
  };

  let job = await client.getJob({ jobId, signal });
  if (job.status === "settled") {
    throw new VerimeshError(`Job ${jobId} was answered, and its fee paid out.`, {
      code: "JOB_SETTLED",
      details: `verimesh job ${jobId} shows the answer.`,
    });
  }
  if (job.status === "assigned") job = await take(() => expire(writer, job, signal));
  const isMine = isAddressEqual(job.requester, writer.account.address);
  // A claim that a stranger ends leaves an open job to its requester.
  if (job.status === "requested" && (isMine || steps.length === 0)) {
    job = await take(() => refundOrCancel(writer, job, isMine, signal));
  }

  const { requester, token, fee, status, reason } = job;
  const claimable = await client.getClaimable({ owner: requester, token, signal });
  const { slashProceeds } = await client.getProvider({ provider: requester, signal });
  const pay = isAddressEqual(token, zeroAddress) ? "" : ` --token ${token}`;
  out.facts({
    Job: String(jobId),
    Status:
      status === "refunded" ? `refunded (${reason})` : `open again, to be claimed before ${timeText(job.claimBefore)}`,
    Fee: amountText(fee, token),
    Requester: requester,
    "To withdraw": claimable === 0n ? undefined : `${amountText(claimable, token)}: verimesh withdraw${pay}`,
    "From slashed bonds":
      slashProceeds === 0n ? undefined : `${formatEther(slashProceeds)} VMESH: verimesh withdraw --slash-proceeds`,
  });
  out.result({ jobId: Number(jobId), steps, status, reason, requester, token, fee, claimable, slashProceeds });
}

const PROGRESS: Readonly<Record<Step, string>> = {
  expired: "Ended the claim, whose provider missed its deadline and loses its bond",
  refunded: "Refunded the job, which nobody claimed in time",
  cancelled: "Cancelled the open job",
};

async function expire({ wallet }: Writer, { jobId }: MarketJob, signal: AbortSignal) {
  try {
    const { transactionHash } = await wallet.expireClaim({ jobId, signal });
    return { step: "expired", transactionHash } as const;
  } catch (cause) {
    if (!isCode(cause, "ProveDeadlineNotPassed")) throw cause;
    const details = "If there is no answer by then, run this again: the provider loses its bond, half of it to you.";
    throw new VerimeshError(cause.shortMessage, { code: cause.code, details, cause });
  }
}

/** The contract says by its own clock which of the two it is. */
async function refundOrCancel({ wallet }: Writer, { jobId }: MarketJob, isMine: boolean, signal: AbortSignal) {
  try {
    const { transactionHash } = await wallet.refundJob({ jobId, signal });
    return { step: "refunded", transactionHash } as const;
  } catch (cause) {
    if (!isMine || !isCode(cause, "JobStillOpen")) throw cause;
    const { transactionHash } = await wallet.cancelJob({ jobId, signal });
    return { step: "cancelled", transactionHash } as const;
  }
}

function isCode(error: unknown, code: string): error is VerimeshError {
  return error instanceof VerimeshError && error.code === code;
}
