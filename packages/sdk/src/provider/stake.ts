import { stakingOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { addressOf, requireAccount, write } from "../client/write.ts";
import { approveSpending, type TokenApproval } from "../token/approveSpending.ts";
import { requireBalance } from "../token/getBalance.ts";

export interface StakeParameters extends WriteOptions {
  /** In the smallest unit of the protocol's token. */
  readonly amount: bigint;
  /** Default `permit`. */
  readonly tokenApproval?: TokenApproval | undefined;
}

export type StakeReturnType = WriteResult;

/**
 * Adds to the account's own stake as a provider.
 * @throws VerimeshError `FUNDS_INSUFFICIENT`, `StakeAmountZero`, `ALLOWANCE_INSUFFICIENT`, and those of every write
 * @example
 * await stake(client, { deployment, amount: parseEther("500") });
 */
export async function stake(client: VerimeshClient, parameters: StakeParameters): Promise<StakeReturnType> {
  const { deployment, amount, signal } = parameters;
  const { token, providerStaking } = deployment;
  await requireBalance(client, addressOf(requireAccount(client, parameters.account)), token, amount, signal);
  const permit = await approveSpending(client, { ...parameters, token, spender: providerStaking });
  const contract = stakingOf(deployment);
  const { transactionHash, receipt } =
    permit === undefined
      ? await write(client, { ...contract, functionName: "stake", args: [amount] }, parameters)
      : await write(
          client,
          {
            ...contract,
            functionName: "stakeWithPermit",
            args: [amount, permit.deadline, permit.v, permit.r, permit.s],
          },
          parameters,
        );
  return { transactionHash, receipt };
}
