import { deskOf } from "../client/contracts.ts";
import { eventsIn } from "../client/eventsIn.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";
import { getSubscription } from "./getSubscription.ts";

export interface RunSubscriptionParameters extends WriteOptions {
  readonly subscriptionId: bigint;
}

export interface RunSubscriptionReturnType extends WriteResult {
  /** The subscription owner's job. */
  readonly jobId: bigint;
  readonly runsLeft: number;
  /** When the next one is due, in seconds since the epoch. */
  readonly nextRunAt: bigint;
}

/**
 * Opens the job of a subscription that is due. Anyone may send it.
 * @throws VerimeshError `SubscriptionUnknown`, `SubscriptionNotDue`, `SubscriptionOver`, those of `requestJob` (a run that
 * cannot open a job can be made later), and those of every write
 * @example
 * const { jobId } = await runSubscription(client, { deployment, subscriptionId });
 */
export async function runSubscription(
  client: VerimeshClient,
  parameters: RunSubscriptionParameters,
): Promise<RunSubscriptionReturnType> {
  const { deployment, subscriptionId, signal } = parameters;
  const desk = deskOf(deployment);
  const { request } = await getSubscription(client, { deployment, subscriptionId, signal });
  const call = { ...desk, functionName: "runSubscription", args: [subscriptionId, request] } as const;
  const { result, transactionHash, receipt } = await write(client, call, parameters);
  const [run] = eventsIn(receipt, desk, "SubscriptionRun");
  const { jobId = result, runsLeft = 0n, nextRunAt = 0n } = run?.args ?? {};
  return { jobId, runsLeft: Number(runsLeft), nextRunAt, transactionHash, receipt };
}
