import {
  jobMarketAbi,
  modelRegistryAbi,
  providerStakingAbi,
  verifierRegistryAbi,
  verimeshTokenAbi,
} from "@verimesh/abi";
import { expect } from "chai";
import { network } from "hardhat";
import { getAddress, parseEther } from "viem";
import { artifactsIn } from "../../../scripts/deploy/artifacts.ts";
import { deployProtocol } from "../../../scripts/deploy/deployProtocol.ts";

async function clients() {
  const { viem } = await network.create();
  const [walletClient, other] = await viem.getWalletClients();
  const publicClient = await viem.getPublicClient();
  return { publicClient, walletClient: walletClient!, other: other!, loadArtifact: artifactsIn() };
}

describe("deployProtocol", () => {
  it("names the build step when an artifact is missing", async () => {
    const context = await clients();
    const failure = await deployProtocol({ ...context, loadArtifact: artifactsIn("/nonexistent") }).catch(String);
    expect(failure).to.contain("hardhat build");
  });

  it("refuses a protocol fee above the maximum", async () => {
    const failure = await deployProtocol(await clients(), { protocolFeeBps: 1_001 }).catch(String);
    expect(failure).to.contain("ProtocolFeeTooHigh");
  });

  it("leaves the deployer no right when owner and treasury are others, and connects the contracts", async () => {
    const context = await clients();
    const { publicClient, walletClient, other } = context;
    const owner = getAddress(other.account.address);
    const deployed: string[] = [];
    const deployment = await deployProtocol(context, {
      owner,
      treasury: owner,
      onProgress: (contract) => deployed.push(contract),
    });

    const read = publicClient.readContract.bind(publicClient);
    const market = { address: deployment.jobMarket, abi: jobMarketAbi } as const;
    const staking = { address: deployment.providerStaking, abi: providerStakingAbi } as const;
    const verifiers = { address: deployment.verifierRegistry, abi: verifierRegistryAbi } as const;
    const models = { address: deployment.modelRegistry, abi: modelRegistryAbi } as const;
    const token = { address: deployment.token, abi: verimeshTokenAbi } as const;

    expect(deployed).to.have.length(6);
    expect(deployment.chainId).to.equal(31337);
    expect(await read({ ...market, functionName: "owner" })).to.equal(owner);
    expect(await read({ ...verifiers, functionName: "owner" })).to.equal(owner);
    expect(await read({ ...market, functionName: "treasury" })).to.equal(owner);
    expect(await read({ ...market, functionName: "bondAmount" })).to.equal(parseEther("100"));
    expect(await read({ ...market, functionName: "protocolFeeBps" })).to.equal(250n);
    expect(getAddress(await read({ ...market, functionName: "modelRegistry" }))).to.equal(getAddress(models.address));
    expect(getAddress(await read({ ...market, functionName: "providerStaking" }))).to.equal(
      getAddress(staking.address),
    );
    expect(getAddress(await read({ ...staking, functionName: "market" }))).to.equal(getAddress(market.address));
    expect(getAddress(await read({ ...staking, functionName: "stakeToken" }))).to.equal(getAddress(token.address));
    expect(getAddress(await read({ ...models, functionName: "verifierRegistry" }))).to.equal(
      getAddress(verifiers.address),
    );

    const again = walletClient.writeContract({ ...staking, functionName: "setMarket", args: [owner] }).catch(String);
    expect(await again).to.contain("MarketAlreadySet");
  });
});
