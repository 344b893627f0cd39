import {
  type Account,
  type Address,
  type Chain,
  getAddress,
  type Hash,
  type PublicClient,
  type Transport,
  type WalletClient,
} from "viem";
import type { ArtifactLoader } from "./artifacts.ts";

export interface DeployClients {
  readonly publicClient: PublicClient;
  /** Its account deploys and pays the gas. */
  readonly walletClient: WalletClient<Transport, Chain | undefined, Account>;
  readonly loadArtifact: ArtifactLoader;
}

/** Waits for a transaction; throws if it was reverted. */
export async function confirm(publicClient: PublicClient, hash: Hash, what: string) {
  const receipt = await publicClient.waitForTransactionReceipt({ hash });
  if (receipt.status !== "success") throw new Error(`${what} was reverted in transaction ${hash}.`);
  return receipt;
}

/** Deploys one contract by its fully qualified name and waits until it is there. */
export async function deployContract(
  { publicClient, walletClient, loadArtifact }: DeployClients,
  qualifiedName: string,
  args: readonly unknown[],
  options: { readonly value?: bigint } = {},
): Promise<{ readonly address: Address; readonly blockNumber: bigint; readonly gasUsed: bigint }> {
  const { abi, bytecode } = await loadArtifact(qualifiedName);
  const hash = await walletClient.deployContract({
    abi,
    bytecode,
    args,
    account: walletClient.account,
    chain: walletClient.chain ?? null,
    ...(options.value === undefined ? {} : { value: options.value }),
  });
  const receipt = await confirm(publicClient, hash, `Deployment of ${qualifiedName}`);
  if (!receipt.contractAddress) throw new Error(`Deployment of ${qualifiedName} left no address (${hash}).`);
  return { address: getAddress(receipt.contractAddress), blockNumber: receipt.blockNumber, gasUsed: receipt.gasUsed };
}
