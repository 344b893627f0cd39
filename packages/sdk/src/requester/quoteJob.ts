import { jobMarketAbi, modelRegistryAbi } from "@verimesh/abi";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";

export interface QuoteJobParameters extends ReadOptions {
  readonly modelId: bigint;
  readonly version: bigint;
  /** What you would pay, in the smallest unit of the token. */
  readonly fee: bigint;
}

export interface JobQuote {
  readonly fee: bigint;
  /** To the holder of the model, rounded down. */
  readonly royalty: bigint;
  /** To the treasury, rounded down. */
  readonly protocolFee: bigint;
  /** To the provider: the rest. */
  readonly providerAmount: bigint;
  /** What a provider puts at stake for the job, in the stake token. */
  readonly bondAmount: bigint;
  readonly minDurationSeconds: bigint;
  readonly maxClaimSeconds: bigint;
  readonly maxProveSeconds: bigint;
}

/**
 * How a fee would be split, and the market's terms, as of now. Providers name no price on the chain: each decides
 * whether a fee is enough.
 * @throws VerimeshError `ModelUnknown`, `VersionUnknown`, `VersionIsDeprecated`, `RPC_UNREACHABLE`
 * @example
 * const { providerAmount } = await quoteJob(client, { deployment, modelId: 1n, version: 1n, fee: parseEther("0.01") });
 */
export async function quoteJob(client: VerimeshClient, parameters: QuoteJobParameters): Promise<JobQuote> {
  const { deployment, modelId, version, fee, signal } = parameters;
  const market = { address: deployment.jobMarket, abi: jobMarketAbi } as const;
  const registry = { address: deployment.modelRegistry, abi: modelRegistryAbi } as const;
  const [terms, protocolFeeBps, bondAmount, minDurationSeconds, maxClaimSeconds, maxProveSeconds] = await Promise.all([
    read(client, { ...registry, functionName: "jobTerms", args: [modelId, version] }, signal),
    read(client, { ...market, functionName: "protocolFeeBps" }, signal),
    read(client, { ...market, functionName: "bondAmount" }, signal),
    read(client, { ...market, functionName: "MIN_DURATION_SECONDS" }, signal),
    read(client, { ...market, functionName: "MAX_CLAIM_SECONDS" }, signal),
    read(client, { ...market, functionName: "MAX_PROVE_SECONDS" }, signal),
  ]);
  const royalty = (fee * BigInt(terms[3])) / 10_000n;
  const protocolFee = (fee * protocolFeeBps) / 10_000n;
  const providerAmount = fee - royalty - protocolFee;
  return {
    fee,
    royalty,
    protocolFee,
    providerAmount,
    bondAmount,
    minDurationSeconds,
    maxClaimSeconds,
    maxProveSeconds,
  };
}
