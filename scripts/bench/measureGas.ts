import { storeBundle } from "@verimesh/cli";
import { jobBinding, toSolidityProof } from "@verimesh/core";
import { prepareInput, verimeshActions } from "@verimesh/sdk";
import { MemoryContentStore } from "@verimesh/storage";
import { network } from "hardhat";
import { erc20Abi, parseEther } from "viem";
import { artifactsIn } from "../deploy/artifacts.ts";
import { deployProtocol } from "../deploy/deployProtocol.ts";
import type { PreparedExample } from "../models/prepareModel.ts";
import type { ProveFor } from "./measureModel.ts";

const FEE = parseEther("0.01");

/**
 * Gas of a request and of verifying and settling, for the second of two jobs of one provider: the first also pays for
 * the storage of its balances.
 */
export async function measureGas(
  prepared: PreparedExample,
  proveFor: ProveFor,
): Promise<{ request: number; submit: number }> {
  const { viem } = await network.create();
  const publicClient = await viem.getPublicClient();
  const [deployer, ...others] = await viem.getWalletClients();
  const deployment = await deployProtocol({ publicClient, walletClient: deployer!, loadArtifact: artifactsIn() });
  // Different accounts: one that plays several parts would touch its storage once for all of them.
  const [author, provider, requester] = others.map((wallet) => wallet.extend(verimeshActions(deployment)));
  const store = new MemoryContentStore();
  const manifest = await storeBundle(prepared.bundle, store);
  const { verificationKey } = prepared.bundle;
  const { modelId, version } = await author!.registerModel({ manifest, verificationKey, store, royaltyBps: 1000 });
  const amount = parseEther("1000");
  const transfer = { address: deployment.token, abi: erc20Abi, functionName: "transfer" } as const;
  await deployer!.writeContract({ ...transfer, args: [provider!.account.address, amount] });
  await provider!.stake({ amount });
  await provider!.setCapacity({ capacity: 4 });
  await provider!.setAsk({ modelId, version, ask: FEE });
  await provider!.listModel({ modelId, version });
  const testClient = await viem.getTestClient();

  const gas = { request: 0, submit: 0 };
  for (let job = 0; job < 2; job++) {
    const { input: bytes } = await proveFor(0n);
    const input = prepareInput(manifest, bytes);
    const requested = await requester!.requestJob({ modelId, version, input, store, fee: FEE });
    const { jobId } = requested;
    // The randomness of the draw is that of a later block.
    await testClient.mine({ blocks: 3 });
    await provider!.assignJob({ jobId });
    const { chainId, jobMarket: market } = deployment;
    const binding = jobBinding({ chainId, market, jobId, provider: provider!.account.address });
    const { proof, publicSignals } = await proveFor(binding);
    const submitted = await provider!.submitProof({
      jobId,
      inputWords: input.inputWords,
      outputWords: publicSignals.slice(0, manifest.circuit.outputWords),
      proof: toSolidityProof(proof),
    });
    gas.request = Number(requested.receipt.gasUsed);
    gas.submit = Number(submitted.receipt.gasUsed);
  }
  return gas;
}
