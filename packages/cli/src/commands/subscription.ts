import { timeText } from "../output/format.ts";
import { connect, connectAs, type Context, type Reader } from "./Context.ts";
import { type JobTermOptions, readJobOptions } from "./jobTerms.ts";
import { amountText } from "./payment.ts";
import { prepareJob } from "./prepareJob.ts";

export interface SubscribeOptions extends JobTermOptions {
  readonly every: number;
  readonly runs: number;
}

/** Requests the same answer again and again, funded ahead. */
export async function subscribe(context: Context, nameOrId: string, options: SubscribeOptions): Promise<void> {
  const { signal } = context;
  const read = await readJobOptions(options);
  const writer = await connectAs(context, "requester");
  const { terms } = await prepareJob(context, writer, nameOrId, options, read);
  const recurrence = { intervalSeconds: options.every, runs: options.runs };
  const { subscriptionId, transactionHash } = await writer.wallet.subscribe({ ...terms, ...recurrence, signal });
  await report(context, writer, subscriptionId, { transactionHash });
}

export async function showSubscription(context: Context, subscriptionId: bigint): Promise<void> {
  await report(context, await connect(context), subscriptionId, {});
}

/** Opens the job of a subscription that is due. Anyone may. */
export async function runSubscription(context: Context, subscriptionId: bigint): Promise<void> {
  const writer = await connectAs(context, "requester");
  const { jobId, transactionHash } = await writer.wallet.runSubscription({ subscriptionId, signal: context.signal });
  await report(context, writer, subscriptionId, { jobId: Number(jobId), transactionHash });
}

/** Ends a subscription; what is left of its money is in its owner's balance. */
export async function cancelSubscription(context: Context, subscriptionId: bigint): Promise<void> {
  const writer = await connectAs(context, "requester");
  const { transactionHash } = await writer.wallet.cancelSubscription({ subscriptionId, signal: context.signal });
  await report(context, writer, subscriptionId, { transactionHash });
}

async function report(
  { out, signal }: Context,
  { client, deployment }: Reader,
  subscriptionId: bigint,
  done: { readonly jobId?: number; readonly transactionHash?: string },
): Promise<void> {
  const { owner, due, nextRunAt, intervalSeconds, runsLeft, token, fee, funded, request } =
    await client.getSubscription({
      subscriptionId,
      signal,
    });
  out.facts({
    Subscription: String(subscriptionId),
    Owner: owner,
    Model: `${request.modelId}, version ${request.version}`,
    "Runs left": runsLeft,
    Next: runsLeft === 0 ? undefined : due ? "due now" : timeText(nextRunAt),
    Every: `${intervalSeconds} s`,
    Fee: `${amountText(fee, token, deployment)} at most, each`,
    "Set aside": amountText(funded, token, deployment),
    Job: done.jobId,
    Transaction: done.transactionHash,
  });
  out.result({
    ...{ subscriptionId: Number(subscriptionId), owner, due, nextRunAt: Number(nextRunAt), intervalSeconds, runsLeft },
    ...{ token, fee, funded, jobId: done.jobId ?? null, transactionHash: done.transactionHash ?? null },
  });
}
