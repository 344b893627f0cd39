import type { Deployment } from "@verimesh/abi";
import type { Address, TransactionReceipt } from "viem";
import { marketOf } from "../client/contracts.ts";
import { eventsIn } from "../client/eventsIn.ts";

/** How one provider's price was split, in the smallest unit of the job's token. */
export interface PaidPrice {
  readonly provider: Address;
  /** Less royalty and protocol share; its delegators' part is in it. */
  readonly providerAmount: bigint;
  readonly royaltyAmount: bigint;
  readonly protocolAmount: bigint;
  /** The part of `providerAmount` that is its delegators'. */
  readonly delegatorsAmount: bigint;
}

export interface JobSettlement {
  readonly jobId: bigint;
  /** One for each provider that was paid. */
  readonly payments: readonly PaidPrice[];
  /** What the job did not cost: the requester's again. */
  readonly unspent: bigint;
  /** Whether the requester's callback ran without a revert; undefined if there is none. */
  readonly callbackSucceeded: boolean | undefined;
}

/** What a transaction that settled a job paid, from the market's own events. */
export function settlementIn(receipt: TransactionReceipt, deployment: Deployment, jobId: bigint): JobSettlement {
  const market = marketOf(deployment);
  const ofJob = ({ args }: { args: { jobId: bigint } }): boolean => args.jobId === jobId;
  const payments = eventsIn(receipt, market, "FeePaid").filter(ofJob);
  const unspent = eventsIn(receipt, market, "UnspentReturned").find(ofJob);
  const callback = eventsIn(receipt, market, "CallbackExecuted").find(ofJob);
  return {
    jobId,
    payments: payments.map(
      ({ args: { provider, providerAmount, royaltyAmount, protocolAmount, delegatorsAmount } }) => ({
        ...{ provider, providerAmount, royaltyAmount, protocolAmount, delegatorsAmount },
      }),
    ),
    unspent: unspent?.args.amount ?? 0n,
    callbackSucceeded: callback?.args.success,
  };
}
