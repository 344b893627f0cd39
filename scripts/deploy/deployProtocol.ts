import { type Deployment, jobMarketAbi, providerSelectionAbi, providerStakingAbi } from "@verimesh/abi";
import { type Address, type Hash, parseEther } from "viem";
import { confirm, type DeployClients, deployContract } from "./deployContract.ts";

export interface DeployOptions {
  /** Receives the protocol's share of fees and of slashed bonds. Default: the deployer. */
  readonly treasury?: Address;
  /** Proposes and executes through the timelock, which alone administers. Default: the deployer. */
  readonly administrator?: Address;
  /** May pause and unpause new requests, at once. Default: the administrator. */
  readonly guardian?: Address;
  /** Between proposal and execution, in seconds. Default two days. */
  readonly timelockSeconds?: number;
  /** 0 to 1000 basis points. Default 250. */
  readonly protocolFeeBps?: number;
  /** What a provider locks for each job, in the stake token's smallest unit. Default 100 VMESH. */
  readonly bondAmount?: bigint;
  /** Told of each contract as it is there. */
  readonly onProgress?: (contract: string, address: Address) => void;
}

const TWO_DAYS = 2 * 24 * 3600;

/**
 * Deploys the whole protocol: the one path for tests, a local chain and production.
 *
 * The token's supply goes to the deployer, who keeps no other right: roles are the timelock's from the constructors on,
 * and the three calls that name the later contracts to the earlier ones can be made once.
 *
 * @throws if an artifact is missing or a transaction fails; what was deployed until then is left behind, unconnected
 */
export async function deployProtocol(clients: DeployClients, options: DeployOptions = {}): Promise<Deployment> {
  const { publicClient, walletClient } = clients;
  const deployer = walletClient.account.address;
  const { treasury = deployer, administrator = deployer, guardian = administrator } = options;
  const { protocolFeeBps = 250, bondAmount = parseEther("100"), timelockSeconds = TWO_DAYS } = options;

  const deploy = async (source: string, args: readonly unknown[]) => {
    const contract = source.slice(source.lastIndexOf("/") + 1);
    const deployed = await deployContract(clients, `${source}.sol:${contract}`, args);
    options.onProgress?.(contract, deployed.address);
    return deployed;
  };
  const sent = async (hash: Promise<Hash>, what: string) => confirm(publicClient, await hash, what);

  const token = await deploy("contracts/token/VerimeshToken", []);
  const timelockTerms = [BigInt(timelockSeconds), administrator];
  const timelock = await deploy("contracts/access/ProtocolTimelock", timelockTerms);
  const groth16 = await deploy("contracts/verifiers/Groth16Verifier", []);
  const verifiers = await deploy("contracts/verifiers/VerifierRegistry", [timelock.address, groth16.address]);
  const models = await deploy("contracts/models/ModelRegistry", [verifiers.address]);
  const staking = await deploy("contracts/providers/ProviderStaking", [token.address, treasury, bondAmount]);
  const selection = await deploy("contracts/providers/ProviderSelection", [models.address, staking.address]);
  const marketTerms = [timelock.address, guardian, models.address, selection.address, BigInt(protocolFeeBps)];
  const market = await deploy("contracts/jobs/JobMarket", marketTerms);
  const quorum = await deploy("contracts/disputes/QuorumPolicy", [market.address]);
  const optimistic = await deploy("contracts/disputes/OptimisticPolicy", [market.address]);
  const desk = await deploy("contracts/jobs/RequestDesk", [market.address]);
  const quoter = await deploy("contracts/jobs/JobQuoter", [market.address]);

  const from = { account: walletClient.account, chain: walletClient.chain ?? null } as const;
  await sent(
    walletClient.writeContract({
      ...{ ...from, address: staking.address, abi: providerStakingAbi, functionName: "setProtocolContracts" },
      args: [market.address, selection.address, quorum.address, optimistic.address],
    }),
    "ProviderStaking.setProtocolContracts",
  );
  await sent(
    walletClient.writeContract({
      ...{ ...from, address: selection.address, abi: providerSelectionAbi, functionName: "setProtocolContracts" },
      args: [market.address, quorum.address, optimistic.address],
    }),
    "ProviderSelection.setProtocolContracts",
  );
  await sent(
    walletClient.writeContract({
      ...{ ...from, address: market.address, abi: jobMarketAbi, functionName: "setProtocolContracts" },
      args: [quorum.address, optimistic.address, desk.address],
    }),
    "JobMarket.setProtocolContracts",
  );

  return {
    chainId: await publicClient.getChainId(),
    token: token.address,
    verifierRegistry: verifiers.address,
    modelRegistry: models.address,
    providerStaking: staking.address,
    providerSelection: selection.address,
    jobMarket: market.address,
    quorumPolicy: quorum.address,
    optimisticPolicy: optimistic.address,
    requestDesk: desk.address,
    jobQuoter: quoter.address,
    timelock: timelock.address,
    deployedAtBlock: Number(token.blockNumber),
  };
}
