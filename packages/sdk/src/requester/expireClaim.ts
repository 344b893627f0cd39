import { jobMarketAbi } from "@verimesh/abi";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface ExpireClaimParameters extends WriteOptions {
  readonly jobId: bigint;
}

export type ExpireClaimReturnType = WriteResult;

/**
 * Ends a claim past its deadline: the provider loses its bond, the job opens again or is refunded. Anyone may call it.
 * @throws VerimeshError `JobUnknown`, `JobNotInStatus`, `ProveDeadlineNotPassed`, and those of every write
 * @example
 * await expireClaim(client, { deployment, jobId });
 */
export async function expireClaim(
  client: VerimeshClient,
  parameters: ExpireClaimParameters,
): Promise<ExpireClaimReturnType> {
  const { deployment, jobId } = parameters;
  const call = {
    address: deployment.jobMarket,
    abi: jobMarketAbi,
    functionName: "expireClaim",
    args: [jobId],
  } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
