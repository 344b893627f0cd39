import { providerStakingAbi, type Deployment } from "@verimesh/abi";
import { type Address, parseEther } from "viem";
import { confirm, type DeployClients, deployContract } from "./deployContract.ts";

export interface DeployOptions {
  /** Receives the protocol's share of fees and of slashed bonds. Default: the deployer. */
  readonly treasury?: Address;
  /** Sets the protocol fee and adds proof systems. Default: the deployer. */
  readonly owner?: Address;
  /** 0 to 1000 basis points. Default 250. */
  readonly protocolFeeBps?: number;
  /** Free stake that a provider needs for each claim, in the token's smallest unit. Default 100 VMESH. */
  readonly bondAmount?: bigint;
  /** Told of each contract as it is there. */
  readonly onProgress?: (contract: string, address: Address) => void;
}

/**
 * Deploys the whole protocol: the one path for tests, a local chain and production.
 *
 * The token's supply goes to the deployer, who keeps no other right: the owner is set by the constructors, and the
 * deployer's one call to `ProviderStaking.setMarket` is its last.
 *
 * @throws if an artifact is missing or a transaction fails; what was deployed until then is left behind, unconnected
 */
export async function deployProtocol(clients: DeployClients, options: DeployOptions = {}): Promise<Deployment> {
  const { publicClient, walletClient } = clients;
  const deployer = walletClient.account.address;
  const { treasury = deployer, owner = deployer, protocolFeeBps = 250, bondAmount = parseEther("100") } = options;

  const deploy = async (folder: string, contract: string, args: readonly unknown[]) => {
    const deployed = await deployContract(clients, `contracts/${folder}/${contract}.sol:${contract}`, args);
    options.onProgress?.(contract, deployed.address);
    return deployed;
  };

  const token = await deploy("token", "VerimeshToken", []);
  const groth16 = await deploy("verifiers", "Groth16Verifier", []);
  const verifiers = await deploy("verifiers", "VerifierRegistry", [owner, groth16.address]);
  const models = await deploy("models", "ModelRegistry", [verifiers.address]);
  const staking = await deploy("providers", "ProviderStaking", [token.address, treasury]);
  const marketTerms = [owner, models.address, staking.address, bondAmount, BigInt(protocolFeeBps)];
  const market = await deploy("jobs", "JobMarket", marketTerms);

  const hash = await walletClient.writeContract({
    address: staking.address,
    abi: providerStakingAbi,
    functionName: "setMarket",
    args: [market.address],
    account: walletClient.account,
    chain: walletClient.chain ?? null,
  });
  await confirm(publicClient, hash, "ProviderStaking.setMarket");

  return {
    chainId: await publicClient.getChainId(),
    token: token.address,
    verifierRegistry: verifiers.address,
    modelRegistry: models.address,
    providerStaking: staking.address,
    jobMarket: market.address,
    deployedAtBlock: Number(token.blockNumber),
  };
}
