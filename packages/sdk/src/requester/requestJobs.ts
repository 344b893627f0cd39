import type { CID } from "multiformats/cid";
import { type Address, encodeFunctionData, isAddressEqual, zeroAddress } from "viem";
import { marketOf } from "../client/contracts.ts";
import { eventsIn } from "../client/eventsIn.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { addressOf, requireAccount, write } from "../client/write.ts";
import { approveSpending, type TokenApproval } from "../token/approveSpending.ts";
import { requireBalance } from "../token/getBalance.ts";
import { requireClaimable } from "./getClaimable.ts";
import { type JobTerms, prepareRequest } from "./jobTerms.ts";

export interface RequestJobsParameters extends WriteOptions {
  /** One or more; each may have its own model, policy and token. */
  readonly jobs: readonly JobTerms[];
  /** Pays from the account's claimable balance in the market (`deposit`) instead of its wallet. Default false. */
  readonly fromBalance?: boolean | undefined;
  /** `approve` (the default) sends a transaction for each token before; `allowance` relies on what is approved already. */
  readonly tokenApproval?: Exclude<TokenApproval, "permit"> | undefined;
}

export interface RequestJobsReturnType extends WriteResult {
  /** In the order of `jobs`. */
  readonly requested: readonly { readonly jobId: bigint; readonly inputCid: CID | undefined }[];
}

/**
 * Requests several jobs in one transaction: all or none.
 * @throws VerimeshError those of `requestJob`
 * @example
 * const { requested } = await requestJobs(client, {
 *   deployment, jobs: images.map((pixels) => ({ modelId: 1n, version: 1n, fee, input: prepareInput(manifest, pixels) })),
 * });
 */
export async function requestJobs(
  client: VerimeshClient,
  parameters: RequestJobsParameters,
): Promise<RequestJobsReturnType> {
  const { deployment, jobs, fromBalance = false, tokenApproval = "approve", signal } = parameters;
  const payer = addressOf(requireAccount(client, parameters.account));
  const market = marketOf(deployment);
  const totals = totalsOf(jobs);
  for (const [token, needed] of totals) {
    if (fromBalance) await requireClaimable(client, { deployment, owner: payer, token, needed, signal });
    else await requireBalance(client, payer, token, needed, signal);
  }
  const prepared: Awaited<ReturnType<typeof prepareRequest>>[] = [];
  for (const terms of jobs) {
    // Within a multicall ETH comes out of the balance, to which the transaction's own was added.
    const ether = (terms.token ?? zeroAddress) === zeroAddress;
    prepared.push(
      await prepareRequest(client, { ...terms, deployment, signal }, { fromBalance: fromBalance || ether }),
    );
  }
  for (const [token, amount] of totals) {
    if (fromBalance || token === zeroAddress) continue;
    await approveSpending(client, { ...parameters, token, spender: market.address, amount, tokenApproval });
  }
  const calls = prepared.map(({ request }) =>
    encodeFunctionData({ abi: market.abi, functionName: "requestJob", args: [request] }),
  );
  const value = fromBalance ? 0n : (totals.get(zeroAddress) ?? 0n);
  const call = { ...market, functionName: "multicall", args: [calls], value } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  const events = eventsIn(receipt, market, "JobRequested").filter(({ args }) => isAddressEqual(args.requester, payer));
  const requested = events.map(({ args }, i) => ({ jobId: args.jobId, inputCid: prepared[i]?.inputCid }));
  return { requested, transactionHash, receipt };
}

function totalsOf(jobs: readonly JobTerms[]): Map<Address, bigint> {
  const totals = new Map<Address, bigint>();
  for (const { token = zeroAddress, fee } of jobs) totals.set(token, (totals.get(token) ?? 0n) + fee);
  return totals;
}
