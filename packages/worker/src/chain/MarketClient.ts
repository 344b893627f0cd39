import { encodePacked, keccak256, type Address, type Hex, type PublicClient, zeroHash } from "viem";
import {
  getDrawHeader,
  jobMarketAbi,
  modelRegistryAbi,
  optimisticPolicyAbi,
  providerSelectionAbi,
  providerStakingAbi,
  quorumPolicyAbi,
  toVerimeshError,
  verifierRegistryAbi,
  verimeshTokenAbi,
  type Deployment,
} from "@verimesh/sdk";
import { type Calls, callsOf, panelContractOf } from "./calls.ts";
import { type ChainJob, type ClaimView, type PanelView, UNKNOWN_JOB } from "./ChainJob.ts";
import type { Call } from "./TransactionSender.ts";

/** A version as the registry holds it. Its verifier is the zero address if it has no circuit. */
export interface RegisteredVersion {
  readonly verifier: Address;
  readonly outputWords: number;
  readonly inputWords: number;
  readonly manifestCid: Hex;
}

/** What does not change while the protocol lives. */
export interface Constants {
  readonly seedDelayBlocks: number;
  readonly maxAttempts: number;
  readonly maxRounds: number;
  readonly bondAmount: bigint;
}

/** What a worker reads from the contracts. */
export class MarketClient {
  readonly client: PublicClient;
  readonly deployment: Deployment;
  readonly provider: Address;
  readonly calls: Calls;
  readonly #confirmations: number;
  #constants: Constants | undefined;
  readonly #market;
  readonly #selection;
  readonly #staking;

  constructor(client: PublicClient, deployment: Deployment, provider: Address, confirmations: number) {
    this.client = client;
    this.deployment = deployment;
    this.provider = provider;
    this.calls = callsOf(deployment);
    this.#confirmations = confirmations;
    this.#market = { address: deployment.jobMarket, abi: jobMarketAbi } as const;
    this.#selection = { address: deployment.providerSelection, abi: providerSelectionAbi } as const;
    this.#staking = { address: deployment.providerStaking, abi: providerStakingAbi } as const;
  }

  /** A job as of the latest block, or as of the newest block with the confirmations that this worker asks for. */
  async jobOf(jobId: bigint, depth: "latest" | "confirmed" = "latest"): Promise<ChainJob> {
    const head = depth === "confirmed" ? await this.client.getBlockNumber({ cacheTime: 0 }) : undefined;
    const confirmed = head === undefined ? undefined : head - BigInt(this.#confirmations) + 1n;
    const at = confirmed === undefined ? {} : { blockNumber: confirmed > 0n ? confirmed : 0n };
    try {
      return await this.client.readContract({ ...this.#market, functionName: "jobOf", args: [jobId], ...at });
    } catch (error) {
      const reason = toVerimeshError(error);
      if ((reason as { code?: string }).code === "JobUnknown") return UNKNOWN_JOB;
      throw reason;
    }
  }

  /** Unix seconds that the next block will at least carry. */
  async nextBlockTime(): Promise<number> {
    const [latest, pending] = await Promise.all([
      this.client.getBlock(),
      this.client.getBlock({ blockTag: "pending" }).catch(() => undefined),
    ]);
    const next = latest.timestamp + 1n;
    // The node's own word first: this machine's clock may be wrong, and a local chain's may lag behind it. Some nodes have
    // no pending block of their own and give the latest for it.
    const isPending = pending !== undefined && (pending.number as bigint | null) !== latest.number;
    const time = isPending ? pending.timestamp : BigInt(Math.floor(Date.now() / 1000));
    return Number(time > next ? time : next);
  }

  async constants(): Promise<Constants> {
    return (this.#constants ??= await this.#readConstants());
  }

  async #readConstants(): Promise<Constants> {
    const { client } = this;
    const policy = { address: this.deployment.quorumPolicy, abi: quorumPolicyAbi } as const;
    const [delay, attempts, rounds, bondAmount] = await Promise.all([
      client.readContract({ ...this.#selection, functionName: "SEED_DELAY_BLOCKS" }),
      client.readContract({ ...this.#market, functionName: "MAX_ATTEMPTS" }),
      client.readContract({ ...policy, functionName: "MAX_ROUNDS" }),
      client.readContract({ ...this.#staking, functionName: "bondAmount" }),
    ]);
    return {
      seedDelayBlocks: Number(delay),
      maxAttempts: Number(attempts),
      maxRounds: Number(rounds),
      bondAmount,
    };
  }

  // What this provider offers

  async isListed(modelId: bigint, version: bigint): Promise<boolean> {
    return (await this.listingOf(modelId, version)).listed;
  }

  listingOf(modelId: bigint, version: bigint) {
    const args = [this.provider, modelId, version] as const;
    return this.client.readContract({ ...this.#selection, functionName: "listingOf", args });
  }

  /** Whether the provider serves a version now in this token, and for how much. */
  async askOf(modelId: bigint, version: bigint, token: Address): Promise<bigint | undefined> {
    const args = [this.provider, modelId, version, token] as const;
    const [accepted, ask] = await this.client.readContract({ ...this.#selection, functionName: "askOf", args });
    return accepted ? ask : undefined;
  }

  async capacity(): Promise<number> {
    const args = [this.provider] as const;
    return (await this.client.readContract({ ...this.#staking, functionName: "poolOf", args })).capacity;
  }

  stake(): Promise<bigint> {
    const args = [this.provider] as const;
    return this.client.readContract({ ...this.#staking, functionName: "stakeOf", args });
  }

  async declinesLeft(): Promise<number> {
    const args = [this.provider] as const;
    return Number(await this.client.readContract({ ...this.#selection, functionName: "declinesLeft", args }));
  }

  /** Stake tokens that the optimistic policy may take for a challenge, and those that there are. */
  async challengeFunds(): Promise<{ readonly allowance: bigint; readonly balance: bigint }> {
    const token = { address: this.deployment.token, abi: verimeshTokenAbi } as const;
    const spender = this.deployment.optimisticPolicy;
    const [allowance, balance] = await Promise.all([
      this.client.readContract({ ...token, functionName: "allowance", args: [this.provider, spender] }),
      this.client.readContract({ ...token, functionName: "balanceOf", args: [this.provider] }),
    ]);
    return { allowance, balance };
  }

  // Draws

  /** The header whose randomness draws for the candidates of a block; empty once the chain has forgotten its hash. */
  async drawSeed(drawBlock: number): Promise<Hex> {
    const { seedDelayBlocks } = await this.constants();
    const args = [BigInt(drawBlock)] as const;
    const isForgotten = await this.client.readContract({ ...this.#selection, functionName: "drawExpired", args });
    return isForgotten ? "0x" : getDrawHeader(this.client, BigInt(drawBlock + seedDelayBlocks));
  }

  /** Whom a draw of `count` providers would give now; nobody if that many are not found. */
  async previewDraw(
    jobId: bigint,
    job: ChainJob,
    {
      drawBlock,
      maxAsk,
      answerSeconds,
      count,
    }: Record<"drawBlock" | "answerSeconds" | "count", number> & {
      readonly maxAsk: bigint;
    },
    header: Hex,
  ) {
    const { modelId, version, token, inputOffChain } = job;
    const drawn = await this.client.readContract({
      ...this.#selection,
      functionName: "previewDraw",
      args: [
        {
          ...{ jobId, token, maxAsk, inputOffChain, answerSeconds: BigInt(answerSeconds) },
          ...{ modelId: BigInt(modelId), version: BigInt(version), drawBlock: BigInt(drawBlock) },
        },
        BigInt(count),
        header,
      ],
    });
    return drawn.map(({ provider }) => provider);
  }

  // Panels and claims

  async panelOf(jobId: bigint, policy: number): Promise<PanelView> {
    const contract = { address: panelContractOf(this.deployment, policy), abi: quorumPolicyAbi } as const;
    const mine = [jobId, this.provider] as const;
    const [panel, seats, commitment, answerHash, [winner]] = await Promise.all([
      this.client.readContract({ ...contract, functionName: "panelOf", args: [jobId] }),
      this.client.readContract({ ...contract, functionName: "seatsOf", args: [jobId] }),
      this.client.readContract({ ...contract, functionName: "commitmentBy", args: mine }),
      this.client.readContract({ ...contract, functionName: "revealedBy", args: mine }),
      this.client.readContract({ ...contract, functionName: "leadingAnswerOf", args: [jobId] }),
    ]);
    return {
      ...panel,
      seated: seats.some(({ provider }) => provider === this.provider),
      commitment: orUndefined(commitment),
      answerHash: orUndefined(answerHash),
      winner: orUndefined(winner),
    };
  }

  claimOf(jobId: bigint): Promise<ClaimView> {
    const contract = { address: this.deployment.optimisticPolicy, abi: optimisticPolicyAbi } as const;
    return this.client.readContract({ ...contract, functionName: "claimOf", args: [jobId] });
  }

  // Versions

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

  /** Tries a call without sending it; throws a VerimeshError whose code is the contract error's name. */
  async simulate(call: Call): Promise<void> {
    try {
      await this.client.call({ ...call, account: this.provider });
    } catch (error) {
      throw toVerimeshError(error);
    }
  }
}

const orUndefined = (hash: Hex): Hex | undefined => (hash === zeroHash ? undefined : hash);

/** What the contracts keep of input words and of answers. */
export function hashWords(words: readonly bigint[]): Hex {
  return keccak256(encodePacked(["uint256[]"], [words]));
}
