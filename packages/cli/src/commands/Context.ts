import { join } from "node:path";
import { checkDeployment, verimeshPublicActions, verimeshWalletActions, type Deployment } from "@verimesh/sdk";
import { type ContentStore, FileContentStore, HttpContentStore, TieredContentStore } from "@verimesh/storage";
import { type Chain, createPublicClient, createWalletClient, defineChain, http } from "viem";
import { resolveAccount, type Role } from "../account/resolveAccount.ts";
import type { Output } from "../output/Output.ts";
import { cacheDirectory, required, type Settings } from "../settings/Settings.ts";

/** What a command works with. */
export interface Context {
  readonly settings: Settings;
  readonly out: Output;
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
}

export type Reader = Awaited<ReturnType<typeof connect>>;

/** The deployment and a client that reads, once the chain was seen to be the deployment's. */
export async function connect({ settings, signal }: Context) {
  const { deployment, rpcUrl } = endpoints(settings);
  const client = createPublicClient({ chain: chainOf(deployment, rpcUrl), transport: transportTo(rpcUrl) }).extend(
    verimeshPublicActions(deployment),
  );
  await checkDeployment(client, { deployment, signal });
  return { client, deployment, rpcUrl };
}

/** As `connect`, with an account that signs. */
export async function connectAs(context: Context, role: Role) {
  const reader = await connect(context);
  const { deployment, rpcUrl } = reader;
  const account = await resolveAccount(context.settings, deployment.chainId, role);
  const chain = chainOf(deployment, rpcUrl);
  const wallet = createWalletClient({ account, chain, transport: transportTo(rpcUrl), pollingInterval: 250 }).extend(
    verimeshWalletActions(deployment),
  );
  return { ...reader, wallet, account };
}

/** Content through the gateway, kept in the cache. Writing goes to both. */
export function openStore({ settings }: Context): ContentStore {
  const gatewayUrl = required(settings.gatewayUrl, "content gateway", "pass --gateway");
  return new TieredContentStore(
    new FileContentStore(join(cacheDirectory(), "content")),
    new HttpContentStore(gatewayUrl),
  );
}

function endpoints(settings: Settings): { deployment: Deployment; rpcUrl: string } {
  return {
    deployment: required(settings.deployment, "deployment", "pass --deployment"),
    rpcUrl: required(settings.rpcUrl, "RPC URL", "pass --rpc"),
  };
}

function transportTo(rpcUrl: string) {
  return http(rpcUrl, { retryCount: 1, timeout: 20_000 });
}

function chainOf(deployment: Deployment, rpcUrl: string): Chain {
  return defineChain({
    id: deployment.chainId,
    name: `chain ${deployment.chainId}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
}
