import { connectAs, type Context } from "./Context.ts";
import { vmeshText } from "./payment.ts";
import { timeText } from "../output/format.ts";

/** Challenges an answer that is not final, with a bond in VMESH. */
export async function challenge(context: Context, jobId: bigint): Promise<void> {
  const { out, signal } = context;
  const { client, wallet, account } = await connectAs(context, "requester");
  const { bond, transactionHash } = await wallet.challengeAnswer({ jobId, signal });
  const { phase, phaseBefore } = await client.getJob({ jobId, signal });
  out.facts({
    Job: String(jobId),
    Challenger: account.address,
    Bond: `${vmeshText(bond)}: lost if the answer stands, won back with half of the provider's if it falls, a quarter if a jury decides`,
    Now: phase === "defending" ? `the provider has until ${timeText(phaseBefore!)} to prove it` : "a jury is drawn",
    Transaction: transactionHash,
  });
  out.result({ jobId: Number(jobId), challenger: account.address, bond, phase, transactionHash });
}

/** Settles a job whose answer nobody challenged in time. Anyone may. */
export async function finalize(context: Context, jobId: bigint): Promise<void> {
  const { out, signal } = context;
  const { wallet } = await connectAs(context, "requester");
  const { transactionHash } = await wallet.finalizeAnswer({ jobId, signal });
  out.facts({ Job: String(jobId), Status: "settled: the answer is final", Transaction: transactionHash });
  out.result({ jobId: Number(jobId), status: "settled", transactionHash });
}

/** Cancels one's own job while providers are drawn for it. */
export async function cancel(context: Context, jobId: bigint): Promise<void> {
  const { out, signal } = context;
  const { wallet } = await connectAs(context, "requester");
  const { transactionHash } = await wallet.cancelJob({ jobId, signal });
  out.facts({ Job: String(jobId), Status: "cancelled; the fee is yours to withdraw", Transaction: transactionHash });
  out.result({ jobId: Number(jobId), status: "refunded", reason: "cancelled", transactionHash });
}
