import { jobMarketAbi } from "@verimesh/abi";
import type { Deployment } from "@verimesh/sdk";
import { type Address, erc20Abi, formatEther, type PublicClient, zeroAddress } from "viem";
import { PARTS, walletOf } from "./accounts.ts";

/** What the market holds of a token, and what for. The first is always the sum of the others. */
export interface MarketMoney {
  readonly balance: bigint;
  readonly openEscrow: bigint;
  readonly claimable: bigint;
}

export async function readMoney(client: PublicClient, deployment: Deployment, token: Address): Promise<MarketMoney> {
  const market = { address: deployment.jobMarket, abi: jobMarketAbi } as const;
  return {
    balance:
      token === zeroAddress
        ? await client.getBalance({ address: deployment.jobMarket })
        : await client.readContract({
            address: token,
            abi: erc20Abi,
            functionName: "balanceOf",
            args: [deployment.jobMarket],
          }),
    openEscrow: await client.readContract({ ...market, functionName: "openEscrowOf", args: [token] }),
    claimable: await client.readContract({ ...market, functionName: "totalClaimableOf", args: [token] }),
  };
}

export function unitOf(deployment: Deployment, token: Address): string {
  if (token === zeroAddress) return "ETH";
  return token.toLowerCase() === deployment.token.toLowerCase() ? "VMESH" : token;
}

export function showAmount(deployment: Deployment, token: Address, amount: bigint): string {
  return `${formatEther(amount)} ${unitOf(deployment, token)}`;
}

/** Sends protocol tokens to each of some development accounts, from the deployer, who holds the supply. */
export async function giveTokens(
  rpcUrl: string,
  deployment: Deployment,
  indexes: readonly number[],
  amount: bigint,
): Promise<void> {
  const deployer = walletOf(rpcUrl, PARTS.deployer);
  for (const index of indexes) {
    const to = walletOf(rpcUrl, index).account.address;
    const transfer = { address: deployment.token, abi: erc20Abi, functionName: "transfer" } as const;
    const hash = await deployer.writeContract({ ...transfer, args: [to, amount] });
    await deployer.waitForTransactionReceipt({ hash });
  }
}
