import { stakingOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export type WithdrawSlashProceedsParameters = WriteOptions;

export interface WithdrawSlashProceedsReturnType extends WriteResult {
  readonly amount: bigint;
}

/**
 * Withdraws the account's share of slashed bonds: a requester's, whose provider let its job lapse, or the treasury's.
 * @throws VerimeshError `NothingToWithdraw`, and those of every write
 * @example
 * const { amount } = await withdrawSlashProceeds(client, { deployment });
 */
export async function withdrawSlashProceeds(
  client: VerimeshClient,
  parameters: WithdrawSlashProceedsParameters,
): Promise<WithdrawSlashProceedsReturnType> {
  const call = { ...stakingOf(parameters.deployment), functionName: "withdrawSlashProceeds", args: [] } as const;
  const { result, transactionHash, receipt } = await write(client, call, parameters);
  return { amount: result, transactionHash, receipt };
}
