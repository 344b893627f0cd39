import {
  jobMarketAbi,
  jobQuoterAbi,
  modelRegistryAbi,
  providerSelectionAbi,
  providerStakingAbi,
  requestDeskAbi,
  verifierRegistryAbi,
  verimeshTokenAbi,
} from "@verimesh/abi";
import { expect } from "chai";
import { type Address, getAddress, keccak256, parseAbi, parseEther, stringToBytes, zeroHash } from "viem";
import { artifactsIn } from "../../../scripts/deploy/artifacts.ts";
import { deployProtocol } from "../../../scripts/deploy/deployProtocol.ts";
import { openChain } from "../../helpers/chain.ts";
import { refusalOf } from "../../helpers/refusalOf.ts";

const rolesAbi = parseAbi(["function hasRole(bytes32 role, address account) view returns (bool)"]);
const roleOf = (name: string) => keccak256(stringToBytes(name));
const ADMIN_ROLE = zeroHash;

async function clients() {
  const { viem } = await openChain();
  const [walletClient, administrator, guardian, treasury] = await viem.getWalletClients();
  const publicClient = await viem.getPublicClient();
  const loadArtifact = artifactsIn();
  return {
    ...{ publicClient, walletClient: walletClient!, loadArtifact },
    ...{ administrator: administrator!, guardian: guardian!, treasury: treasury! },
  };
}

async function deployedFor(context: Awaited<ReturnType<typeof clients>>) {
  const contracts: string[] = [];
  const deployment = await deployProtocol(context, {
    administrator: context.administrator.account.address,
    guardian: context.guardian.account.address,
    treasury: context.treasury.account.address,
    onProgress: (contract) => contracts.push(contract),
  });
  return { deployment, contracts };
}

describe("deployProtocol", () => {
  it("names the build step when an artifact is missing", async () => {
    const context = await clients();
    const failure = await deployProtocol({ ...context, loadArtifact: artifactsIn("/nonexistent") }).catch(String);
    expect(failure).to.contain("hardhat build");
  });

  it("refuses a protocol fee above the maximum", async () => {
    expect(await refusalOf(deployProtocol(await clients(), { protocolFeeBps: 1_001 }))).to.equal("ProtocolFeeTooHigh");
  });

  it("leaves the deployer no right: nothing can be connected twice, no role is its own", async () => {
    const context = await clients();
    const { publicClient, walletClient, administrator, guardian } = context;
    const { deployment } = await deployedFor(context);
    const mine = walletClient.account.address;
    const market = { address: deployment.jobMarket, abi: jobMarketAbi } as const;
    const staking = { address: deployment.providerStaking, abi: providerStakingAbi } as const;
    const selection = { address: deployment.providerSelection, abi: providerSelectionAbi } as const;
    for (const attempt of [
      () => walletClient.writeContract({ ...market, functionName: "setProtocolContracts", args: [mine, mine, mine] }),
      () =>
        walletClient.writeContract({
          ...staking,
          functionName: "setProtocolContracts",
          args: [mine, mine, mine, mine],
        }),
      () =>
        walletClient.writeContract({ ...selection, functionName: "setProtocolContracts", args: [mine, mine, mine] }),
    ]) {
      expect(await refusalOf(attempt())).to.equal("AlreadyConnected");
    }

    const holds = (address: Address, role: `0x${string}`, account: Address) =>
      publicClient.readContract({ address, abi: rolesAbi, functionName: "hasRole", args: [role, account] });
    const { jobMarket, timelock } = deployment;
    for (const role of [ADMIN_ROLE, roleOf("PARAMETER_ROLE"), roleOf("GUARDIAN_ROLE")]) {
      expect(await holds(jobMarket, role, mine)).to.equal(false);
    }
    for (const role of [ADMIN_ROLE, roleOf("PROPOSER_ROLE"), roleOf("EXECUTOR_ROLE"), roleOf("CANCELLER_ROLE")]) {
      expect(await holds(timelock, role, mine)).to.equal(false);
    }
    expect(await holds(jobMarket, ADMIN_ROLE, timelock)).to.equal(true);
    expect(await holds(jobMarket, roleOf("PARAMETER_ROLE"), timelock)).to.equal(true);
    expect(await holds(jobMarket, roleOf("GUARDIAN_ROLE"), guardian.account.address)).to.equal(true);
    expect(await holds(timelock, ADMIN_ROLE, timelock)).to.equal(true);
    expect(await holds(timelock, ADMIN_ROLE, administrator.account.address)).to.equal(false);
    expect(await holds(timelock, roleOf("PROPOSER_ROLE"), administrator.account.address)).to.equal(true);
  });

  it("connects the contracts, and tells of each as it is there", async () => {
    const context = await clients();
    const { publicClient } = context;
    const { deployment, contracts } = await deployedFor(context);
    const read = publicClient.readContract.bind(publicClient);
    const market = { address: deployment.jobMarket, abi: jobMarketAbi } as const;
    const staking = { address: deployment.providerStaking, abi: providerStakingAbi } as const;
    const selection = { address: deployment.providerSelection, abi: providerSelectionAbi } as const;
    const models = { address: deployment.modelRegistry, abi: modelRegistryAbi } as const;
    const verifiers = { address: deployment.verifierRegistry, abi: verifierRegistryAbi } as const;
    const token = { address: deployment.token, abi: verimeshTokenAbi } as const;
    const treasury = getAddress(context.treasury.account.address);

    expect(contracts).to.have.length(12);
    expect(new Set(contracts).size).to.equal(12);
    expect(deployment.chainId).to.equal(31337);
    const block = await publicClient.getBlock({ blockNumber: BigInt(deployment.deployedAtBlock) });
    expect(block.transactions).to.have.length(1);

    const addresses: readonly (readonly [Promise<string>, string])[] = [
      [read({ ...market, functionName: "providerSelection" }), selection.address],
      [read({ ...market, functionName: "providerStaking" }), staking.address],
      [read({ ...market, functionName: "modelRegistry" }), models.address],
      [read({ ...market, functionName: "requestDesk" }), deployment.requestDesk],
      [read({ ...market, functionName: "policyContractOf", args: [0] }), market.address],
      [read({ ...market, functionName: "policyContractOf", args: [1] }), deployment.quorumPolicy],
      [read({ ...market, functionName: "policyContractOf", args: [2] }), deployment.optimisticPolicy],
      [read({ ...market, functionName: "treasury" }), treasury],
      [read({ ...staking, functionName: "treasury" }), treasury],
      [read({ ...staking, functionName: "market" }), market.address],
      [read({ ...staking, functionName: "stakeToken" }), token.address],
      [read({ ...selection, functionName: "providerStaking" }), staking.address],
      [read({ ...selection, functionName: "modelRegistry" }), models.address],
      [read({ ...models, functionName: "verifierRegistry" }), verifiers.address],
      [read({ ...verifiers, functionName: "owner" }), deployment.timelock],
      [read({ address: deployment.requestDesk, abi: requestDeskAbi, functionName: "market" }), market.address],
      [read({ address: deployment.jobQuoter, abi: jobQuoterAbi, functionName: "market" }), market.address],
    ];
    for (const [found, expected] of addresses) expect(getAddress(await found)).to.equal(getAddress(expected));
    expect(await read({ ...market, functionName: "protocolFeeBps" })).to.equal(250n);
    expect(await read({ ...staking, functionName: "bondAmount" })).to.equal(parseEther("100"));
    const supply = await read({ ...token, functionName: "totalSupply" });
    const own = [context.walletClient.account.address] as const;
    expect(await read({ ...token, functionName: "balanceOf", args: own })).to.equal(supply);
  });
});
