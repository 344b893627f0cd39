import { providerStakingAbi } from "@verimesh/abi";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { write } from "../client/write.ts";

export interface RequestUnstakeParameters extends WriteOptions {
  /** In the smallest unit of the protocol's token. */
  readonly amount: bigint;
}

export type RequestUnstakeReturnType = WriteResult;

/**
 * Starts the unbonding of free stake. A second request restarts the delay for all that is unbonding.
 * @throws VerimeshError `StakeInsufficient`, `StakeAmountZero`, and those of every write
 * @example
 * await requestUnstake(client, { deployment, amount: parseEther("100") });
 */
export async function requestUnstake(
  client: VerimeshClient,
  parameters: RequestUnstakeParameters,
): Promise<RequestUnstakeReturnType> {
  const contract = { address: parameters.deployment.providerStaking, abi: providerStakingAbi } as const;
  const call = { ...contract, functionName: "requestUnstake", args: [parameters.amount] } as const;
  const { transactionHash, receipt } = await write(client, call, parameters);
  return { transactionHash, receipt };
}
