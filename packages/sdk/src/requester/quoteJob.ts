import { type Address, zeroAddress } from "viem";
import { quoterOf } from "../client/contracts.ts";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { indexOf, JOB_POLICIES, type JobPolicy } from "../job/names.ts";

export interface QuoteJobParameters extends ReadOptions {
  readonly modelId: bigint;
  readonly version: bigint;
  /** Default `proof`. */
  readonly policy?: JobPolicy | undefined;
  /** Providers of a quorum. Default 3; the other policies are answered by one. */
  readonly panelSize?: number | undefined;
  /** ETH by default. */
  readonly token?: Address | undefined;
  /** Listings to look at, at most 256. Default 256. */
  readonly maxListings?: number | undefined;
}

/** Amounts in the smallest unit of the token. */
export interface JobQuote {
  /** Providers that could be drawn now: they serve the version in this token, with a place and a bond free. */
  readonly providers: number;
  readonly lowestAsk: bigint;
  readonly medianAsk: bigint;
  readonly highestAsk: bigint;
  /** What the job costs if the cheapest are drawn. The draw goes by stake, not by price. */
  readonly price: bigint;
  /** The smallest fee with which those can be drawn: each member of a panel gets an equal part of it at most. */
  readonly lowestFee: bigint;
  /** The smallest fee with which every one of them can be drawn: what is not spent comes back. */
  readonly feeToReachAll: bigint;
  /** The parts of `price`. */
  readonly providerAmount: bigint;
  readonly royaltyAmount: bigint;
  readonly protocolAmount: bigint;
  /** Whether all listings were looked at; if not, the quote is of a part of the market. */
  readonly complete: boolean;
}

/**
 * Tells the price before anyone pays, from the asks of now.
 * @throws VerimeshError `TooFewProviders`, `VersionHasNoCircuit`, `PolicyTermsInvalid`, `ModelUnknown`, `VersionUnknown`, `VersionIsDeprecated`, `RPC_UNREACHABLE`
 * @example
 * const { feeToReachAll } = await quoteJob(client, { deployment, modelId: 1n, version: 1n });
 * const { jobId } = await requestJob(client, { deployment, modelId: 1n, version: 1n, fee: feeToReachAll, input });
 */
export async function quoteJob(client: VerimeshClient, parameters: QuoteJobParameters): Promise<JobQuote> {
  const { deployment, modelId, version, policy = "proof", token = zeroAddress, maxListings = 256 } = parameters;
  const panelSize = policy === "quorum" ? (parameters.panelSize ?? 3) : 1;
  const args = [
    modelId,
    version,
    indexOf(JOB_POLICIES, policy),
    BigInt(panelSize),
    token,
    BigInt(maxListings),
  ] as const;
  const quote = await read(client, { ...quoterOf(deployment), functionName: "quote", args }, parameters.signal);
  const { providers, scanned, listings, ...amounts } = quote;
  return { providers: Number(providers), ...amounts, complete: scanned >= listings };
}
