import {
  BaseError,
  ContractFunctionRevertedError,
  encodeFunctionData,
  encodePacked,
  keccak256,
  type Address,
  type Hex,
  type PublicClient,
} from "viem";
import {
  jobMarketAbi,
  modelRegistryAbi,
  providerStakingAbi,
  toVerimeshError,
  verifierRegistryAbi,
  type Deployment,
} from "@verimesh/sdk";
import { UNKNOWN_JOB, type ChainJob } from "./ChainJob.ts";
import type { Call } from "./TransactionSender.ts";

/** A version as the registry holds it. */
export interface RegisteredVersion {
  readonly verifier: Address;
  readonly outputWords: number;
  readonly inputWords: number;
  readonly manifestCid: Hex;
}

/** What a worker reads from the contracts, and the calls it makes. */
export class MarketClient {
  readonly client: PublicClient;
  readonly deployment: Deployment;
  readonly provider: Address;
  readonly #confirmations: number;
  #maxAttempts: bigint | undefined;

  constructor(client: PublicClient, deployment: Deployment, provider: Address, confirmations: number) {
    this.client = client;
    this.deployment = deployment;
    this.provider = provider;
    this.#confirmations = confirmations;
  }

  /** A job as of the latest block, or as of the newest block with the confirmations that this worker asks for. */
  async jobOf(jobId: bigint, depth: "latest" | "confirmed" = "latest"): Promise<ChainJob> {
    const { client, deployment } = this;
    const head = depth === "confirmed" ? await client.getBlockNumber({ cacheTime: 0 }) : undefined;
    const confirmed = head === undefined ? undefined : head - BigInt(this.#confirmations) + 1n;
    try {
      const job = await client.readContract({
        address: deployment.jobMarket,
        abi: jobMarketAbi,
        functionName: "jobOf",
        args: [jobId],
        ...(confirmed !== undefined && { blockNumber: confirmed > 0n ? confirmed : 0n }),
      });
      return { ...job, proveSeconds: BigInt(job.proveSeconds) };
    } catch (error) {
      if (isUnknownJob(error)) return UNKNOWN_JOB;
      throw toVerimeshError(error);
    }
  }

  /** Unix seconds that the next block will at least carry. */
  async nextBlockTime(): Promise<bigint> {
    const [latest, pending] = await Promise.all([
      this.client.getBlock(),
      this.client.getBlock({ blockTag: "pending" }).catch(() => undefined),
    ]);
    // The node's own word first: this machine's clock may be wrong, and a local chain's may lag behind it.
    if (pending !== undefined && pending.timestamp > latest.timestamp) return pending.timestamp;
    const clock = BigInt(Math.floor(Date.now() / 1000));
    return latest.timestamp >= clock ? latest.timestamp + 1n : clock;
  }

  async maxAttempts(): Promise<bigint> {
    const address = this.deployment.jobMarket;
    const functionName = "MAX_ATTEMPTS";
    return (this.#maxAttempts ??= await this.client.readContract({ address, abi: jobMarketAbi, functionName }));
  }

  bondAmount(): Promise<bigint> {
    const address = this.deployment.jobMarket;
    return this.client.readContract({ address, abi: jobMarketAbi, functionName: "bondAmount" });
  }

  freeStake(): Promise<bigint> {
    const address = this.deployment.providerStaking;
    const args = [this.provider] as const;
    return this.client.readContract({ address, abi: providerStakingAbi, functionName: "freeStakeOf", args });
  }

  versionOf(modelId: bigint, version: bigint): Promise<RegisteredVersion> {
    const address = this.deployment.modelRegistry;
    const args = [modelId, version] as const;
    return this.client.readContract({ address, abi: modelRegistryAbi, functionName: "versionOf", args });
  }

  /** The address of the verifier that the registry derives from a key. */
  async verifierOf(verificationKey: Hex): Promise<Address> {
    const address = this.deployment.verifierRegistry;
    const contract = { address, abi: verifierRegistryAbi } as const;
    const proofSystem = await this.client.readContract({ ...contract, functionName: "GROTH16_BN254" });
    return this.client.readContract({
      ...contract,
      functionName: "predictVerifier",
      args: [proofSystem, verificationKey],
    });
  }

  claim(jobId: bigint): Call {
    return this.#call(encodeFunctionData({ abi: jobMarketAbi, functionName: "claimJob", args: [jobId] }));
  }

  expire(jobId: bigint): Call {
    return this.#call(encodeFunctionData({ abi: jobMarketAbi, functionName: "expireClaim", args: [jobId] }));
  }

  submit(jobId: bigint, inputWords: readonly bigint[], outputWords: readonly bigint[], proof: readonly bigint[]): Call {
    const args = [jobId, inputWords, outputWords, proof as never] as const;
    return this.#call(encodeFunctionData({ abi: jobMarketAbi, functionName: "submitProof", args }));
  }

  /** Tries a call without sending it; throws a VerimeshError whose code is the contract error's name. */
  async simulate(call: Call): Promise<void> {
    try {
      await this.client.call({ ...call, account: this.provider });
    } catch (error) {
      throw toVerimeshError(error);
    }
  }

  #call(data: Hex): Call {
    return { to: this.deployment.jobMarket, data };
  }
}

function isUnknownJob(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false;
  const revert = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
  return revert instanceof ContractFunctionRevertedError && revert.data?.errorName === "JobUnknown";
}

/** What the market stores of a request's input words. */
export function hashInputWords(words: readonly bigint[]): Hex {
  return keccak256(encodePacked(["uint256[]"], [words]));
}
