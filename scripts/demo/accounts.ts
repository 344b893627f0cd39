import { devAccount } from "@verimesh/cli";
import type { Deployment } from "@verimesh/sdk";
import { verimeshActions } from "@verimesh/sdk";
import { createPublicClient, createWalletClient, http, publicActions } from "viem";
import { hardhat } from "viem/chains";

/** Who plays which part, by index of the development accounts. */
export const PARTS = {
  deployer: 0,
  author: 1,
  providers: [2, 3, 8],
  requester: 4,
  dataOfficer: 5,
  applicants: [6, 7],
  /** Those who make jobs fail, and who watches them. */
  vanisher: 9,
  trapped: 10,
  liar: 11,
  watcher: 12,
  dissenters: [13, 14, 15, 16, 17, 18],
  /** Requests the jobs that fail. */
  unlucky: 19,
  /** This one and those after it send what anyone may send. */
  firstStranger: 20,
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
