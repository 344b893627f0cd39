/** What the worker's integration tests stand on: a chain over HTTP, the protocol, a gateway, registered models. */
import {
  jobMarketAbi,
  modelRegistryAbi,
  optimisticPolicyAbi,
  providerSelectionAbi,
  providerStakingAbi,
  quorumPolicyAbi,
  verifierRegistryAbi,
  verimeshTokenAbi,
} from "@verimesh/abi";
import { inputWords, serializeManifest, serializeWeights, type IntegerModel, type ModelManifest } from "@verimesh/core";
import { exampleManifest, withoutCircuit } from "@verimesh/core/testing";
import { getDrawHeader, previewAssignment } from "@verimesh/sdk";
import { MemoryContentStore, serveGateway } from "@verimesh/storage";
import {
  type Address,
  createTestClient,
  createWalletClient,
  type Hex,
  http,
  parseEther,
  publicActions,
  toHex,
  zeroAddress,
} from "viem";
import { type HDAccount, mnemonicToAccount } from "viem/accounts";
import { hardhat } from "viem/chains";
import { artifactsIn } from "../../scripts/deploy/artifacts.ts";
import { deployProtocol } from "../../scripts/deploy/deployProtocol.ts";
import { serveChain } from "../helpers/chain.ts";

const MNEMONIC = "test test test test test test test test test test test junk";

export const account = (index: number): HDAccount => mnemonicToAccount(MNEMONIC, { addressIndex: index });

/** Blocks after a request until anyone can compute who is drawn for it. */
const DRAW_BLOCKS = 3;

export interface PublishedFiles {
  readonly verificationKey: Uint8Array;
  readonly provingKey?: Uint8Array;
  readonly witnessCalculator?: Uint8Array;
  /** As the registry takes it. */
  readonly encodedKey: Hex;
  readonly name?: string;
  readonly change?: (manifest: ModelManifest) => ModelManifest;
}

export interface RequestOptions {
  readonly policy?: "proof" | "quorum" | "optimistic";
  readonly panelSize?: number;
  readonly quorum?: number;
  readonly fee?: bigint;
  readonly drawSeconds?: number;
  readonly answerSeconds?: number;
  readonly openSeconds?: number;
  readonly windowSeconds?: number;
  readonly inputCid?: Hex;
  /** Default the packed input, or the commitment to it. */
  readonly inputWords?: readonly bigint[];
  readonly callbackGasLimit?: number;
}

export type WorkerNetwork = Awaited<ReturnType<typeof startWorkerNetwork>>;

const POLICIES = ["proof", "quorum", "optimistic"] as const;
const ASK = parseEther("0.001");

/**
 * Account 0 deploys and owns the models, 1 requests, from 2 on provide. A block is mined for each transaction, and the
 * blocks that a draw needs after each request.
 *
 * @param initialDate where the chain's clock starts; it runs on from there
 */
export async function startWorkerNetwork({ initialDate = new Date() } = {}) {
  const { rpcUrl, close } = await serveChain({ initialDate });
  const transport = http(rpcUrl, { retryCount: 0 });
  const client = createTestClient({ mode: "hardhat", chain: hardhat, transport }).extend(publicActions);
  const wallet = (index: number) => createWalletClient({ account: account(index), chain: hardhat, transport });
  const deployment = await deployProtocol({
    publicClient: client,
    walletClient: wallet(0),
    loadArtifact: artifactsIn(),
  });
  const store = new MemoryContentStore();
  const gateway = await serveGateway(store, { port: 0, writable: true });

  const market = { address: deployment.jobMarket, abi: jobMarketAbi } as const;
  const models = { address: deployment.modelRegistry, abi: modelRegistryAbi } as const;
  const staking = { address: deployment.providerStaking, abi: providerStakingAbi } as const;
  const selection = { address: deployment.providerSelection, abi: providerSelectionAbi } as const;
  const votes = { address: deployment.quorumPolicy, abi: quorumPolicyAbi } as const;
  const optimistic = { address: deployment.optimisticPolicy, abi: optimisticPolicyAbi } as const;
  const token = { address: deployment.token, abi: verimeshTokenAbi } as const;

  const send = async (
    index: number,
    call: { address: Address; abi: unknown; functionName: string; args: unknown[]; value?: bigint },
  ) => {
    const hash = await wallet(index).writeContract(call as never);
    const receipt = await client.waitForTransactionReceipt({ hash, pollingInterval: 20 });
    if (receipt.status !== "success") throw new Error(`${call.functionName} was reverted`);
    return receipt;
  };
  const put = async (bytes: Uint8Array) => (await store.put(bytes)).toString();

  async function register(manifest: ModelManifest, verifier: Address, words: readonly number[], name: string) {
    const cid = await store.put(serializeManifest(manifest), { as: "dag-json" });
    await send(0, {
      ...models,
      functionName: "registerModel",
      args: [name, 500n, toHex(cid.bytes), verifier, ...words],
    });
    return client.readContract({ ...models, functionName: "modelCount" });
  }

  return {
    ...{ rpcUrl, client, deployment, store, gatewayUrl: gateway.url, send, account },
    ...{ market, staking, selection, votes, optimistic },

    /** Registers a model whose files are these; returns its id. */
    async publish(model: IntegerModel, files: PublishedFiles): Promise<bigint> {
      const manifest = exampleManifest(model, {
        weights: await put(serializeWeights(model).weights),
        verificationKey: await put(files.verificationKey),
        provingKey: await put(files.provingKey ?? new Uint8Array(1)),
        witnessCalculator: await put(files.witnessCalculator ?? new Uint8Array(1)),
      });
      const registry = { address: deployment.verifierRegistry, abi: verifierRegistryAbi } as const;
      const proofSystem = await client.readContract({ ...registry, functionName: "GROTH16_BN254" });
      const args = [proofSystem, files.encodedKey] as const;
      const verifier = await client.readContract({ ...registry, functionName: "predictVerifier", args });
      await send(0, { ...registry, functionName: "deployVerifier", args: [...args] });
      const { outputWords, inputWords: words } = manifest.circuit;
      const published = files.change?.(manifest) ?? manifest;
      return register(published, verifier, [outputWords, words], files.name ?? "test");
    },

    /** Registers a model without a circuit; returns its id. */
    async publishUnprovable(model: IntegerModel): Promise<bigint> {
      const manifest = exampleManifest(model, { weights: await put(serializeWeights(model).weights) });
      const { outputWords, inputWords: words } = manifest.circuit;
      return register(withoutCircuit(manifest), zeroAddress, [outputWords, words], "large");
    },

    async stake(provider: number, amount = parseEther("1000")): Promise<void> {
      const to = account(provider).address;
      await send(0, { ...token, functionName: "transfer", args: [to, amount] });
      await send(provider, { ...token, functionName: "approve", args: [staking.address, amount] });
      await send(provider, { ...staking, functionName: "stake", args: [amount] });
    },

    /** Gives an account stake tokens, for challenges. */
    async giveTokens(index: number, amount: bigint): Promise<void> {
      await send(0, { ...token, functionName: "transfer", args: [account(index).address, amount] });
    },

    /** Lists a provider for version 1 of a model; an ask can be set once in 64 blocks, null keeps the one before. */
    async list(
      provider: number,
      modelId: bigint,
      options: { ask?: bigint | null; capacity?: number; offChain?: boolean } = {},
    ): Promise<void> {
      const { ask = ASK, capacity = 8, offChain = true } = options;
      await send(provider, { ...staking, functionName: "setCapacity", args: [capacity] });
      await send(provider, { ...selection, functionName: "listModel", args: [modelId, 1n, offChain] });
      if (ask === null) return;
      await send(provider, { ...selection, functionName: "setAsk", args: [modelId, 1n, zeroAddress, true, ask] });
    },

    async unlist(provider: number, modelId: bigint): Promise<void> {
      await send(provider, { ...selection, functionName: "unlistModel", args: [modelId, 1n] });
    },

    /** Requests a job of version 1 by account 1, mines the blocks of its draw, and returns its id. */
    async request(modelId: bigint, input: Uint8Array, options: RequestOptions = {}): Promise<bigint> {
      const { policy = "proof", fee = parseEther("0.01"), drawSeconds = 600, answerSeconds = 120 } = options;
      const { panelSize = policy === "quorum" ? 3 : 0, quorum = Math.floor(panelSize / 2) + Math.sign(panelSize) } =
        options;
      const { openSeconds = policy === "quorum" ? 0 : 60, windowSeconds = policy === "proof" ? 0 : 60 } = options;
      const request = {
        ...{ modelId, version: 1n, policy: POLICIES.indexOf(policy), panelSize, quorum },
        ...{ token: zeroAddress, fee, fromBalance: false },
        ...{ drawSeconds, answerSeconds, openSeconds, windowSeconds },
        ...{ callback: zeroAddress, callbackGasLimit: options.callbackGasLimit ?? 0 },
        ...{ inputWords: options.inputWords ?? inputWords(input), inputCid: options.inputCid ?? "0x" },
      };
      await send(1, { ...market, functionName: "requestJob", args: [request], value: fee });
      const jobId = await client.readContract({ ...market, functionName: "jobCount" });
      await client.mine({ blocks: DRAW_BLOCKS });
      return jobId;
    },

    mine: (blocks = DRAW_BLOCKS) => client.mine({ blocks }),

    /** Lets the chain's clock run on, by one block. */
    async pass(seconds: number): Promise<void> {
      await client.increaseTime({ seconds });
      await client.mine({ blocks: 1 });
    },

    /** Draws the job's provider, whose draw block must be some blocks back. */
    async assign(index: number, jobId: bigint): Promise<void> {
      const { drawBlock } = await client.readContract({ ...market, functionName: "jobOf", args: [jobId] });
      const header = await getDrawHeader(client, BigInt(drawBlock) + 2n);
      await send(index, { ...market, functionName: "assignJob", args: [jobId, header] });
    },

    /** Whom the job's draw falls on. */
    async drawn(jobId: bigint): Promise<Address | undefined> {
      return (await previewAssignment(client, { deployment, jobId })).provider;
    },

    expireCall: (jobId: bigint) => ({ ...market, functionName: "expireAssignment", args: [jobId] }),
    cancelCall: (jobId: bigint) => ({ ...market, functionName: "cancelJob", args: [jobId] }),

    jobOf: (jobId: bigint) => client.readContract({ ...market, functionName: "jobOf", args: [jobId] }),
    claimOf: (jobId: bigint) => client.readContract({ ...optimistic, functionName: "claimOf", args: [jobId] }),
    panelOf: (jobId: bigint) => client.readContract({ ...votes, functionName: "panelOf", args: [jobId] }),

    poolOf: (provider: number) =>
      client.readContract({ ...staking, functionName: "poolOf", args: [account(provider).address] }),

    bondProceedsOf: (index: number) =>
      client.readContract({ ...optimistic, functionName: "bondProceedsOf", args: [account(index).address] }),

    earned: (provider: number) =>
      client.readContract({ ...market, functionName: "claimableOf", args: [account(provider).address, zeroAddress] }),

    /** How often an event of the market happened for a job. */
    async count(
      eventName: "JobAssigned" | "JobSettled" | "JobDeclined" | "AssignmentExpired" | "JobDecided",
      jobId: bigint,
    ): Promise<number> {
      const filter = { ...market, eventName, args: { jobId }, fromBlock: 0n } as const;
      return (await client.getContractEvents(filter)).length;
    },

    /** The output words of a job that was settled by proof. */
    async answerOf(jobId: bigint): Promise<readonly bigint[] | undefined> {
      const filter = { ...market, eventName: "JobSettled", args: { jobId }, fromBlock: 0n } as const;
      return (await client.getContractEvents(filter))[0]?.args.outputWords;
    },

    /** The output words of a job that a policy contract settled. */
    async decidedAnswerOf(jobId: bigint): Promise<readonly bigint[] | undefined> {
      const filter = { ...market, eventName: "JobDecided", args: { jobId }, fromBlock: 0n } as const;
      return (await client.getContractEvents(filter))[0]?.args.outputWords;
    },

    /** Transactions that an account had mined, reverted ones included. */
    transactions: (provider: number) => client.getTransactionCount({ address: account(provider).address }),

    async close(): Promise<void> {
      await gateway.close();
      await close();
    },
  };
}
