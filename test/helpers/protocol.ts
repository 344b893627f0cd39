import {
  type Deployment,
  jobMarketAbi,
  jobQuoterAbi,
  modelRegistryAbi,
  providerSelectionAbi,
  providerStakingAbi,
  requestDeskAbi,
  verifierRegistryAbi,
  verimeshTokenAbi,
} from "@verimesh/abi";
import type { SolidityProof } from "@verimesh/core";
import { getDrawHeader } from "@verimesh/sdk";
import { type Address, type Hash, type Hex, keccak256, parseEther, stringToBytes, zeroAddress } from "viem";
import { artifactsIn } from "../../scripts/deploy/artifacts.ts";
import { confirm } from "../../scripts/deploy/deployContract.ts";
import { type DeployOptions, deployProtocol } from "../../scripts/deploy/deployProtocol.ts";
import { openChain } from "./chain.ts";
import { createForgingKey, type ForgingKey } from "./forgingKey.ts";

export const MANIFEST_CID: Hex = `0x01a9021220${"11".repeat(32)}`;
export const GROTH16_BN254 = keccak256(stringToBytes("groth16-bn254"));
export const INPUT_WORDS = [4242n] as const;
export const OUTPUT_WORDS = [7n] as const;
/** What a job offers, and what both providers ask. */
export const FEE = parseEther("1");
export const STAKE = parseEther("1000");
export const CAPACITY = 64n;

/** As the ABI takes it, field by field in Solidity's order. */
export type JobRequestArgument = ReturnType<typeof jobRequest>;

/** The arguments of `requestJob` for the model of `startProtocol`, under the proof policy. */
export function jobRequest(
  modelId: bigint,
  overrides: { token?: Address; fee?: bigint; fromBalance?: boolean; inputWords?: bigint[] } = {},
) {
  return {
    modelId,
    version: 1n,
    policy: 0,
    panelSize: 0,
    quorum: 0,
    token: zeroAddress as Address,
    fee: FEE,
    fromBalance: false,
    drawSeconds: 600,
    answerSeconds: 120,
    openSeconds: 300,
    windowSeconds: 0,
    callback: zeroAddress as Address,
    callbackGasLimit: 0,
    inputWords: [...INPUT_WORDS],
    inputCid: "0x" as Hex,
    ...overrides,
  };
}

/**
 * A fresh chain with the protocol, one model of one output and one input word, and two providers, staked and listed, who
 * ask FEE in ETH and in the protocol's token. Proofs are real; the key's toxic waste is known to the test.
 */
export async function startProtocol(options: DeployOptions = {}) {
  const { viem, networkHelpers } = await openChain();
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
  const selection = { address: deployment.providerSelection, abi: providerSelectionAbi } as const;
  const desk = { address: deployment.requestDesk, abi: requestDeskAbi } as const;
  const quoter = { address: deployment.jobQuoter, abi: jobQuoterAbi } as const;
  const verifiers = { address: deployment.verifierRegistry, abi: verifierRegistryAbi } as const;
  const token = { address: deployment.token, abi: verimeshTokenAbi } as const;
  const key: ForgingKey = createForgingKey(3);
  const modelId = 1n;
  type Wallet = typeof deployer;

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

  const jobOf = (jobId: bigint) => publicClient.readContract({ ...market, functionName: "jobOf", args: [jobId] });

  /** The header that draws for a job as it stands; mines until the chain knows it. */
  async function drawHeader(jobId: bigint): Promise<Hex> {
    const { drawBlock } = await jobOf(jobId);
    const delay = await publicClient.readContract({ ...selection, functionName: "SEED_DELAY_BLOCKS" });
    const seedBlock = BigInt(drawBlock) + delay;
    const latest = await publicClient.getBlockNumber({ cacheTime: 0 });
    if (latest <= seedBlock) await networkHelpers.mine(seedBlock - latest + 1n);
    return getDrawHeader(publicClient, seedBlock);
  }

  /** Draws a job's provider and returns its wallet. */
  async function assign(jobId: bigint): Promise<Wallet> {
    const header = await drawHeader(jobId);
    await mined(deployer!.writeContract({ ...market, functionName: "assignJob", args: [jobId, header] }));
    const drawn = (await jobOf(jobId)).provider.toLowerCase();
    const wallet = [provider!, rival!].find(({ account }) => account.address.toLowerCase() === drawn);
    if (!wallet) throw new Error(`Nobody was drawn for job ${jobId}: its provider is ${drawn}.`);
    return wallet;
  }

  /** Delivers a proven answer. */
  async function submit(jobId: bigint, by: Wallet) {
    const proof = await proofOf(jobId, by.account.address);
    const args = [jobId, [...INPUT_WORDS], [...OUTPUT_WORDS], proof] as const;
    return mined(by.writeContract({ ...market, functionName: "submitProof", args }));
  }

  /** Gives an account its stake, and lists it for version 1 of a model. */
  async function serve(wallet: Wallet, ask: bigint, servedModel = modelId): Promise<void> {
    await mined(wallet.writeContract({ ...selection, functionName: "listModel", args: [servedModel, 1n, true] }));
    for (const paidIn of [zeroAddress, token.address] as const) {
      const args = [servedModel, 1n, paidIn, true, ask] as const;
      await mined(wallet.writeContract({ ...selection, functionName: "setAsk", args }));
    }
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
  for (const wallet of [provider, rival]) {
    await mined(deployer.writeContract({ ...token, functionName: "transfer", args: [wallet.account.address, STAKE] }));
    await mined(wallet.writeContract({ ...token, functionName: "approve", args: [staking.address, STAKE] }));
    await mined(wallet.writeContract({ ...staking, functionName: "stake", args: [STAKE] }));
    await mined(wallet.writeContract({ ...staking, functionName: "setCapacity", args: [CAPACITY] }));
    await serve(wallet, FEE);
  }
  await mined(deployer.writeContract({ ...token, functionName: "transfer", args: [requester.account.address, STAKE] }));

  return {
    ...{ viem, networkHelpers, publicClient, deployment, key, verifier, modelId },
    ...{ deployer, author, provider, rival, requester, treasury },
    ...{ market, models, staking, selection, desk, quoter, verifiers, token },
    ...{ mined, bindingOf, proofOf, jobOf, drawHeader, assign, submit, serve },
  };
}

export type Protocol = Awaited<ReturnType<typeof startProtocol>>;
