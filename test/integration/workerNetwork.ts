/** What the worker's integration tests stand on: a chain over HTTP, the protocol, a gateway, a registered model. */
import {
  modelRegistryAbi,
  jobMarketAbi,
  providerStakingAbi,
  verifierRegistryAbi,
  verimeshTokenAbi,
} from "@verimesh/abi";
import { inputWords, serializeManifest, serializeWeights, type IntegerModel, type ModelManifest } from "@verimesh/core";
import { exampleManifest } from "@verimesh/core/testing";
import { MemoryContentStore, serveGateway } from "@verimesh/storage";
import { network } from "hardhat";
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

const MNEMONIC = "test test test test test test test test test test test junk";

export const account = (index: number): HDAccount => mnemonicToAccount(MNEMONIC, { addressIndex: index });

export interface PublishedFiles {
  readonly verificationKey: Uint8Array;
  readonly provingKey?: Uint8Array;
  readonly witnessCalculator?: Uint8Array;
  /** As the registry takes it. */
  readonly encodedKey: Hex;
  readonly name?: string;
  readonly change?: (manifest: ModelManifest) => ModelManifest;
}

export type WorkerNetwork = Awaited<ReturnType<typeof startWorkerNetwork>>;

/**
 * Account 0 deploys and owns the models, 1 requests, from 2 on provide.
 *
 * @param initialDate where the chain's clock starts; it runs on from there
 */
export async function startWorkerNetwork({ initialDate = new Date() } = {}) {
  const override = { initialDate: initialDate.toISOString() };
  const server = await network.createServer({ network: "default", override }, "127.0.0.1", 0);
  const { address, port } = await server.listen();
  const rpcUrl = `http://${address}:${port}`;
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
  const send = async (
    index: number,
    call: { address: Address; abi: unknown; functionName: string; args: unknown[]; value?: bigint },
  ) => {
    const hash = await wallet(index).writeContract(call as never);
    const receipt = await client.waitForTransactionReceipt({ hash, pollingInterval: 20 });
    if (receipt.status !== "success") throw new Error(`${call.functionName} was reverted`);
    return receipt;
  };

  return {
    rpcUrl,
    client,
    deployment,
    store,
    gatewayUrl: gateway.url,
    send,

    /** Registers a model whose files are these; returns its id. */
    async publish(model: IntegerModel, files: PublishedFiles): Promise<bigint> {
      const put = async (bytes: Uint8Array) => (await store.put(bytes)).toString();
      const manifest = exampleManifest(model, {
        weights: await put(serializeWeights(model).weights),
        verificationKey: await put(files.verificationKey),
        provingKey: await put(files.provingKey ?? new Uint8Array(1)),
        witnessCalculator: await put(files.witnessCalculator ?? new Uint8Array(1)),
      });
      const bytes = serializeManifest(files.change?.(manifest) ?? manifest);
      const cid = await store.put(bytes, { as: "dag-json" });
      const registry = { address: deployment.verifierRegistry, abi: verifierRegistryAbi } as const;
      const proofSystem = await client.readContract({ ...registry, functionName: "GROTH16_BN254" });
      const args = [proofSystem, files.encodedKey] as const;
      const verifier = await client.readContract({ ...registry, functionName: "predictVerifier", args });
      await send(0, { ...registry, functionName: "deployVerifier", args: [...args] });
      const { outputWords, inputWords: words } = manifest.circuit;
      const models = { address: deployment.modelRegistry, abi: modelRegistryAbi } as const;
      const modelArgs = [files.name ?? "test", 500n, toHex(cid.bytes), verifier, outputWords, words];
      await send(0, { ...models, functionName: "registerModel", args: modelArgs });
      return client.readContract({ ...models, functionName: "modelCount" });
    },

    async stake(provider: number, amount = parseEther("1000")): Promise<void> {
      const to = account(provider).address;
      const token = { address: deployment.token, abi: verimeshTokenAbi } as const;
      await send(0, { ...token, functionName: "transfer", args: [to, amount] });
      await send(provider, { ...token, functionName: "approve", args: [deployment.providerStaking, amount] });
      const staking = { address: deployment.providerStaking, abi: providerStakingAbi } as const;
      await send(provider, { ...staking, functionName: "stake", args: [amount] });
    },

    /** Requests a job of version 1 by account 1; returns its id. */
    async request(
      modelId: bigint,
      input: Uint8Array,
      terms: { fee?: bigint; claimSeconds?: number; proveSeconds?: number; inputCid?: Hex } = {},
    ): Promise<bigint> {
      const { fee = parseEther("0.01"), claimSeconds = 600, proveSeconds = 120, inputCid = "0x" } = terms;
      const request = {
        modelId,
        version: 1n,
        policy: 0,
        token: zeroAddress,
        fee,
        claimSeconds,
        proveSeconds,
        callback: zeroAddress,
        callbackGasLimit: 0,
        inputWords: inputWords(input),
        inputCid,
      };
      await send(1, { ...market, functionName: "requestJob", args: [request], value: fee });
      return client.readContract({ ...market, functionName: "jobCount" });
    },

    expireCall: (jobId: bigint) => ({ ...market, functionName: "expireClaim", args: [jobId] }),
    cancelCall: (jobId: bigint) => ({ ...market, functionName: "cancelJob", args: [jobId] }),
    claimCall: (jobId: bigint) => ({ ...market, functionName: "claimJob", args: [jobId] }),

    jobOf: (jobId: bigint) => client.readContract({ ...market, functionName: "jobOf", args: [jobId] }),

    accountOf: (provider: number) =>
      client.readContract({
        address: deployment.providerStaking,
        abi: providerStakingAbi,
        functionName: "accountOf",
        args: [account(provider).address],
      }),

    /** How often an event of the market happened for a job. */
    async count(eventName: "JobClaimed" | "JobSettled" | "ClaimExpired", jobId: bigint): Promise<number> {
      const filter = { ...market, eventName, args: { jobId }, fromBlock: 0n } as const;
      return (await client.getContractEvents(filter)).length;
    },

    account,

    /** The output words of a settled job. */
    async answerOf(jobId: bigint): Promise<readonly bigint[] | undefined> {
      const filter = { ...market, eventName: "JobSettled", args: { jobId }, fromBlock: 0n } as const;
      return (await client.getContractEvents(filter))[0]?.args.outputWords;
    },

    /** Transactions that an account had mined, reverted ones included. */
    transactions: (provider: number) => client.getTransactionCount({ address: account(provider).address }),

    async close(): Promise<void> {
      await gateway.close();
      await server.close();
    },
  };
}
