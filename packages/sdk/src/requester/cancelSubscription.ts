import { deskOf } from "../client/contracts.ts";
import { eventsIn } from "../client/eventsIn.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface CancelSubscriptionParameters extends WriteOptions {
  readonly subscriptionId: bigint;
}

export interface CancelSubscriptionReturnType extends WriteResult {
  /** What was left: now in the owner's claimable balance. */
  readonly refunded: bigint;
}

/**
 * Ends a recurring request. Jobs that it has opened go on. Owner only.
 * @throws VerimeshError `SubscriptionUnknown`, `NotSubscriptionOwner`, `SubscriptionOver`, and those of every write
 * @example
 * await cancelSubscription(client, { deployment, subscriptionId });
 * await withdraw(client, { deployment });
 */
export async function cancelSubscription(
  client: VerimeshClient,
  parameters: CancelSubscriptionParameters,
): Promise<CancelSubscriptionReturnType> {
  const { deployment, subscriptionId } = parameters;
  const desk = deskOf(deployment);
  const call = { ...desk, functionName: "cancelSubscription", args: [subscriptionId] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  const [cancelled] = eventsIn(receipt, desk, "SubscriptionCancelled");
  return { refunded: cancelled?.args.refunded ?? 0n, transactionHash, receipt };
}
