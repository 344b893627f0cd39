import { providerStakingAbi } from "@verimesh/abi";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export type WithdrawUnstakedParameters = WriteOptions;

export interface WithdrawUnstakedReturnType extends WriteResult {
  readonly amount: bigint;
}

/**
 * Withdraws the stake that has finished unbonding.
 * @throws VerimeshError `NothingUnbonding`, `UnbondingNotReady`, and those of every write
 * @example
 * const { amount } = await withdrawUnstaked(client, { deployment });
 */
export async function withdrawUnstaked(
  client: VerimeshClient,
  parameters: WithdrawUnstakedParameters,
): Promise<WithdrawUnstakedReturnType> {
  const contract = { address: parameters.deployment.providerStaking, abi: providerStakingAbi } as const;
  const call = { ...contract, functionName: "withdrawUnstaked", args: [] } as const;
  const { result, transactionHash, receipt } = await write(client, call, parameters);
  return { amount: result, transactionHash, receipt };
}
