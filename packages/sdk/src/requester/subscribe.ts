import { VerimeshError } from "@verimesh/core";
import type { CID } from "multiformats/cid";
import { zeroAddress } from "viem";
import { deskOf } from "../client/contracts.ts";
import { eventsIn } from "../client/eventsIn.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { addressOf, requireAccount, write } from "../client/write.ts";
import { approveSpending, type TokenApproval } from "../token/approveSpending.ts";
import { requireBalance } from "../token/getBalance.ts";
import { type JobTerms, prepareRequest } from "./jobTerms.ts";

export interface SubscribeParameters extends WriteOptions, JobTerms {
  /** How often: each run is due so long after the one before. */
  readonly intervalSeconds: number;
  /** How many times. */
  readonly runs: number;
  /** Sets nothing aside: each run takes its fee from the account's claimable balance then, and waits while that is short. Default false: all runs are funded now. */
  readonly fromBalance?: boolean | undefined;
  /** `approve` (the default) sends a transaction before; `allowance` relies on what is approved already. */
  readonly tokenApproval?: Exclude<TokenApproval, "permit"> | undefined;
}

export interface SubscribeReturnType extends WriteResult {
  readonly subscriptionId: bigint;
  readonly inputCid: CID | undefined;
}

/**
 * Requests the same job again and again, funded ahead with fee × runs. The first run can be made at once; anyone may make
 * the due ones (`runSubscription`), and the jobs are the account's. What is left comes back with `cancelSubscription`, what
 * a job does not cost to the account's claimable balance.
 * @throws VerimeshError `SubscriptionTermsInvalid`, `FUNDS_INSUFFICIENT`, `ALLOWANCE_INSUFFICIENT`, and those of every write
 * @example
 * const { subscriptionId } = await subscribe(client, {
 *   deployment, modelId: 1n, version: 1n, fee: parseEther("0.01"), input, intervalSeconds: 3600, runs: 24,
 * });
 */
export async function subscribe(client: VerimeshClient, parameters: SubscribeParameters): Promise<SubscribeReturnType> {
  const { deployment, fee, token = zeroAddress, intervalSeconds, runs, tokenApproval = "approve", signal } = parameters;
  const { fromBalance = false } = parameters;
  const payer = addressOf(requireAccount(client, parameters.account));
  const amount = fromBalance ? 0n : fee * BigInt(runs);
  const desk = deskOf(deployment);
  const checkFunds = (): Promise<void> => requireBalance(client, payer, token, amount, signal);
  const { request, inputCid } = await prepareRequest(client, parameters, { fromBalance, checkFunds });
  if (token !== zeroAddress && amount > 0n) {
    await approveSpending(client, { ...parameters, token, spender: desk.address, amount, tokenApproval });
  }
  const args = [request, BigInt(intervalSeconds), BigInt(runs)] as const;
  const call = { ...desk, functionName: "subscribe", args, ...(token === zeroAddress && { value: amount }) } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  const [created] = eventsIn(receipt, desk, "SubscriptionCreated");
  if (created !== undefined) {
    return { subscriptionId: created.args.subscriptionId, inputCid, transactionHash, receipt };
  }
  throw new VerimeshError(`The transaction ${transactionHash} left no SubscriptionCreated event.`, {
    code: "CONTRACT_MISSING",
    details: "The contract at this address is not a RequestDesk: check the deployment.",
  });
}
