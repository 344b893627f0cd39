import { VerimeshError } from "@verimesh/core";
import type { Address } from "viem";
import { getBlock } from "viem/actions";
import { deskOf } from "../client/contracts.ts";
import { getEvents } from "../client/getEvents.ts";
import { attempt, read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import type { JobRequestStruct } from "./jobTerms.ts";

export interface GetSubscriptionParameters extends ReadOptions {
  readonly subscriptionId: bigint;
}

export interface JobSubscription {
  readonly subscriptionId: bigint;
  readonly owner: Address;
  /** When the next run is due, in seconds since the epoch. */
  readonly nextRunAt: bigint;
  /** Whether that is now or past, by the chain's clock, and a run is left. */
  readonly due: boolean;
  readonly intervalSeconds: number;
  /** 0 once it is over or cancelled. */
  readonly runsLeft: number;
  /** The zero address for ETH. */
  readonly token: Address;
  /** Of each run. */
  readonly fee: bigint;
  /** What is set aside for the runs that are left; 0 where each is paid from the owner's balance when it comes. */
  readonly funded: bigint;
  /** What each run asks for. */
  readonly request: JobRequestStruct;
}

/**
 * A recurring request, as of now.
 * @throws VerimeshError `SubscriptionUnknown`, `RPC_UNREACHABLE`
 * @example
 * const { due, runsLeft } = await getSubscription(client, { deployment, subscriptionId: 1n });
 */
export async function getSubscription(
  client: VerimeshClient,
  parameters: GetSubscriptionParameters,
): Promise<JobSubscription> {
  const { deployment, subscriptionId, signal } = parameters;
  const desk = deskOf(deployment);
  const fromBlock = BigInt(deployment.deployedAtBlock);
  const created = { ...desk, eventName: "SubscriptionCreated", args: { subscriptionId }, fromBlock, signal } as const;
  const [stored, [event], { timestamp }] = await Promise.all([
    read(client, { ...desk, functionName: "subscriptionOf", args: [subscriptionId] }, signal),
    getEvents(client, created),
    attempt(() => getBlock(client), signal),
  ]);
  if (event === undefined) {
    throw new VerimeshError(`There is no subscription ${subscriptionId}.`, {
      code: "SubscriptionUnknown",
      details: "Its SubscriptionCreated event has the id.",
    });
  }
  const nextRunAt = BigInt(stored.nextRunAt);
  const due = stored.runsLeft > 0 && nextRunAt <= timestamp;
  const { owner, intervalSeconds, runsLeft, token, fee: feeSetAside } = stored;
  const { request } = event.args;
  const funded = feeSetAside * BigInt(runsLeft);
  return {
    ...{ subscriptionId, owner, nextRunAt, due, intervalSeconds, runsLeft, token },
    ...{ fee: request.fee, funded, request },
  };
}
