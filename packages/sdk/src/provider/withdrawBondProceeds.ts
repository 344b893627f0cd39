import { optimisticOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export type WithdrawBondProceedsParameters = WriteOptions;

export interface WithdrawBondProceedsReturnType extends WriteResult {
  readonly amount: bigint;
}

/**
 * Withdraws what challenges brought the account: its own bonds back, its winnings, its share as a juror. In the stake token.
 * @throws VerimeshError `NothingToCollect`, and those of every write
 * @example
 * const { amount } = await withdrawBondProceeds(client, { deployment });
 */
export async function withdrawBondProceeds(
  client: VerimeshClient,
  parameters: WithdrawBondProceedsParameters,
): Promise<WithdrawBondProceedsReturnType> {
  const call = { ...optimisticOf(parameters.deployment), functionName: "withdrawBondProceeds", args: [] } as const;
  const { result, transactionHash, receipt } = await write(client, call, parameters);
  return { amount: result, transactionHash, receipt };
}
