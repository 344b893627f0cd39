import { optimisticOf } from "../client/contracts.ts";
import { read } from "../client/read.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { addressOf, requireAccount, write } from "../client/write.ts";
import { approveSpending, type TokenApproval } from "../token/approveSpending.ts";
import { requireBalance } from "../token/getBalance.ts";

export interface ChallengeAnswerParameters extends WriteOptions {
  readonly jobId: bigint;
  /** `approve` (the default) sends a transaction before; `allowance` relies on what is approved already. */
  readonly tokenApproval?: Exclude<TokenApproval, "permit"> | undefined;
}

export interface ChallengeAnswerReturnType extends WriteResult {
  /** What the challenge put at stake, in the stake token's smallest unit: lost if the answer stands. */
  readonly bond: bigint;
}

/**
 * Challenges an answer with a bond. Its provider must then prove it or, where the version has no circuit, a drawn jury
 * judges. If the answer falls, half of the provider's bond is the challenger's, or a quarter where a jury shares in it
 * (`withdrawBondProceeds`).
 * @throws VerimeshError `ClaimNotInStatus`, `ChallengeWindowClosed`, `ChallengerIsProvider`, `FUNDS_INSUFFICIENT`,
 * `ALLOWANCE_INSUFFICIENT`, and those of every write
 * @example
 * const { bond } = await challengeAnswer(client, { deployment, jobId });
 */
export async function challengeAnswer(
  client: VerimeshClient,
  parameters: ChallengeAnswerParameters,
): Promise<ChallengeAnswerReturnType> {
  const { deployment, jobId, tokenApproval = "approve", signal } = parameters;
  const { token } = deployment;
  const optimistic = optimisticOf(deployment);
  const bond = await read(client, { ...optimistic, functionName: "challengeBond" }, signal);
  await requireBalance(client, addressOf(requireAccount(client, parameters.account)), token, bond, signal);
  const spending = { token, spender: optimistic.address, amount: bond, tokenApproval };
  await approveSpending(client, { ...parameters, ...spending });
  const call = { ...optimistic, functionName: "challengeAnswer", args: [jobId] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { bond, transactionHash, receipt };
}
