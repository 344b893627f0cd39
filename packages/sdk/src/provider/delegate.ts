import type { Address } from "viem";
import { stakingOf } from "../client/contracts.ts";
import type { VerimeshClient, WriteOptions, WriteResult } from "../client/types.ts";
import { addressOf, requireAccount, write } from "../client/write.ts";
import { approveSpending, type TokenApproval } from "../token/approveSpending.ts";
import { requireBalance } from "../token/getBalance.ts";

export interface DelegateParameters extends WriteOptions {
  /** A provider with stake of its own. */
  readonly provider: Address;
  /** In the smallest unit of the protocol's token. */
  readonly amount: bigint;
  /** Default `permit`. */
  readonly tokenApproval?: TokenApproval | undefined;
}

export type DelegateReturnType = WriteResult;

/**
 * Delegates tokens to a provider for a share of what it earns. They share its slashes in proportion.
 * @throws VerimeshError `FUNDS_INSUFFICIENT`, `ProviderHasNoStake`, `StakeAmountZero`, `ALLOWANCE_INSUFFICIENT`, and those
 * of every write
 * @example
 * await delegate(client, { deployment, provider, amount: parseEther("100") });
 */
export async function delegate(client: VerimeshClient, parameters: DelegateParameters): Promise<DelegateReturnType> {
  const { deployment, provider, amount, signal } = parameters;
  const { token } = deployment;
  const staking = stakingOf(deployment);
  await requireBalance(client, addressOf(requireAccount(client, parameters.account)), token, amount, signal);
  const permit = await approveSpending(client, { ...parameters, token, spender: staking.address });
  const { transactionHash, receipt } =
    permit === undefined
      ? await write(client, { ...staking, functionName: "delegate", args: [provider, amount] }, parameters)
      : await write(
          client,
          {
            ...staking,
            functionName: "delegateWithPermit",
            args: [provider, amount, permit.deadline, permit.v, permit.r, permit.s],
          },
          parameters,
        );
  return { transactionHash, receipt };
}
