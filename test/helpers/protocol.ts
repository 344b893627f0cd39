import {
  type Deployment,
  jobMarketAbi,
  modelRegistryAbi,
  providerStakingAbi,
  verifierRegistryAbi,
  verimeshTokenAbi,
} from "@verimesh/abi";
import type { SolidityProof } from "@verimesh/core";
import { network } from "hardhat";
import { type Address, type Hash, type Hex, keccak256, parseEther, stringToBytes, zeroAddress } from "viem";
import { artifactsIn } from "../../scripts/deploy/artifacts.ts";
import { confirm } from "../../scripts/deploy/deployContract.ts";
import { type DeployOptions, deployProtocol } from "../../scripts/deploy/deployProtocol.ts";
import { createForgingKey, type ForgingKey } from "./forgingKey.ts";

export const MANIFEST_CID: Hex = `0x01a9021220${"11".repeat(32)}`;
export const GROTH16_BN254 = keccak256(stringToBytes("groth16-bn254"));
export const INPUT_WORDS = [4242n] as const;
export const OUTPUT_WORDS = [7n] as const;
export const FEE = parseEther("1");
export const STAKE = parseEther("1000");

/** The arguments of `requestJob` for the model of `startProtocol`. */
export function jobRequest(modelId: bigint, overrides: { token?: Address; fee?: bigint; inputWords?: bigint[] } = {}) {
  return {
    modelId,
    version: 1n,
    policy: 0,
    token: zeroAddress as Address,
    fee: FEE,
    claimSeconds: 600,
    proveSeconds: 120,
    callback: zeroAddress as Address,
    callbackGasLimit: 0,
    inputWords: [...INPUT_WORDS],
    inputCid: "0x" as Hex,
    ...overrides,
  };
}

/**
 * A fresh chain in this process with the protocol, one model of one output and one input word, and two staked
 * providers. Proofs are real; the key's toxic waste is known to the test.
 */
export async function startProtocol(options: DeployOptions = {}) {
  const { viem, networkHelpers } = await network.create();
  const [deployer, author, provider, rival, requester, treasury] = await viem.getWalletClients();
  if (!deployer || !author || !provider || !rival || !requester || !treasury) throw new Error("Too few accounts.");
  const publicClient = await viem.getPublicClient();
  const deployment: Deployment = await deployProtocol(
    { publicClient, walletClient: deployer, loadArtifact: artifactsIn() },
    { treasury: treasury.account.address, ...options },
  );
  const market = { address: deployment.jobMarket, abi: jobMarketAbi } as const;
  const models = { address: deployment.modelRegistry, abi: modelRegistryAbi } as const;
  const staking = { address: deployment.providerStaking, abi: providerStakingAbi } as const;
  const verifiers = { address: deployment.verifierRegistry, abi: verifierRegistryAbi } as const;
  const token = { address: deployment.token, abi: verimeshTokenAbi } as const;
  const key: ForgingKey = createForgingKey(3);

  /** Waits for a transaction and returns its receipt. */
  const mined = async (hash: Hash | Promise<Hash>) => confirm(publicClient, await hash, "A test's transaction");

  async function bindingOf(jobId: bigint, by: Address): Promise<bigint> {
    return publicClient.readContract({ ...market, functionName: "bindingOf", args: [jobId, by] });
  }

  async function proofOf(
    jobId: bigint,
    by: Address,
    words = OUTPUT_WORDS as readonly bigint[],
  ): Promise<SolidityProof> {
    return key.prove([...words, ...INPUT_WORDS, await bindingOf(jobId, by)]);
  }

  await mined(
    author.writeContract({ ...verifiers, functionName: "deployVerifier", args: [GROTH16_BN254, key.verificationKey] }),
  );
  const verifier = await publicClient.readContract({
    ...verifiers,
    functionName: "predictVerifier",
    args: [GROTH16_BN254, key.verificationKey],
  });
  await mined(
    author.writeContract({
      ...models,
      functionName: "registerModel",
      args: ["adder", 1_000n, MANIFEST_CID, verifier, 1, 1],
    }),
  );
  for (const account of [provider, rival]) {
    await mined(deployer.writeContract({ ...token, functionName: "transfer", args: [account.account.address, STAKE] }));
    await mined(account.writeContract({ ...token, functionName: "approve", args: [staking.address, STAKE] }));
    await mined(account.writeContract({ ...staking, functionName: "stake", args: [STAKE] }));
  }
  await mined(deployer.writeContract({ ...token, functionName: "transfer", args: [requester.account.address, STAKE] }));

  return {
    ...{ viem, networkHelpers, publicClient, deployment, key, verifier, modelId: 1n },
    ...{ deployer, author, provider, rival, requester, treasury },
    ...{ market, models, staking, verifiers, token },
    ...{ mined, bindingOf, proofOf },
  };
}
