import { type Address, type Hex, zeroAddress } from "viem";
import { optimisticOf } from "../client/contracts.ts";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { CLAIM_STATUSES, type ClaimStatus } from "../job/names.ts";

export interface GetAnswerClaimParameters extends ReadOptions {
  readonly jobId: bigint;
}

export interface AnswerClaim {
  readonly jobId: bigint;
  /** `claimed`: it can be challenged. `defending`: its provider is to prove it. `judging`: a jury runs it again. */
  readonly status: Exclude<ClaimStatus, "none">;
  /** Of the challenge while `claimed`, of the proof while `defending`. Seconds since the epoch. */
  readonly before: bigint;
  readonly provider: Address;
  /** Undefined while nobody has challenged it. */
  readonly challenger: Address | undefined;
  /** `answerHash` of the words. */
  readonly answerHash: Hex;
}

/**
 * Where an answer stands that can be challenged (optimistic policy).
 * @returns undefined where nobody has answered, or the job has another policy
 * @throws VerimeshError `RPC_UNREACHABLE`
 * @example
 * const claim = await getAnswerClaim(client, { deployment, jobId });
 * if (claim?.status === "claimed") console.log(`can be challenged until ${claim.before}`);
 */
export async function getAnswerClaim(
  client: VerimeshClient,
  parameters: GetAnswerClaimParameters,
): Promise<AnswerClaim | undefined> {
  const { deployment, jobId, signal } = parameters;
  const call = { ...optimisticOf(deployment), functionName: "claimOf", args: [jobId] } as const;
  const { deadline, provider, challenger, answerHash, ...stored } = await read(client, call, signal);
  const status = CLAIM_STATUSES[stored.status]!;
  if (status === "none") return undefined;
  return {
    ...{ jobId, status, before: BigInt(deadline), provider, answerHash },
    challenger: challenger === zeroAddress ? undefined : challenger,
  };
}
