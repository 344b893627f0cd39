import { devAccount } from "@verimesh/cli";
import type { Deployment } from "@verimesh/sdk";
import { verimeshActions } from "@verimesh/sdk";
import { createPublicClient, createWalletClient, http, publicActions } from "viem";
import { hardhat } from "viem/chains";

/** Who plays which part, by index of the development accounts. */
export const PARTS = {
  deployer: 0,
  author: 1,
  providers: [2, 3],
  requester: 4,
  dataOfficer: 5,
  applicants: [6, 7],
} as const;

export const chain = hardhat;

/** A client for a development account, with viem's public and wallet actions. */
export function walletOf(rpcUrl: string, index: number) {
  const account = devAccount(index, chain.id);
  return createWalletClient({ account, chain, transport: http(rpcUrl), pollingInterval: 200 }).extend(publicActions);
}

/** The same with Verimesh's actions. */
export function userOf(rpcUrl: string, index: number, deployment: Deployment) {
  return walletOf(rpcUrl, index).extend(verimeshActions(deployment));
}

export function publicClientOf(rpcUrl: string) {
  return createPublicClient({ chain, transport: http(rpcUrl), pollingInterval: 200 });
}
