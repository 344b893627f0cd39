import { type Address, zeroAddress } from "viem";
import { selectionOf } from "../client/contracts.ts";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";

export interface GetListingParameters extends ReadOptions {
  readonly provider: Address;
  readonly modelId: bigint;
  readonly version: bigint;
  /** Whose asks to read; ETH by default. */
  readonly tokens?: readonly Address[] | undefined;
}

export interface ProviderAsk {
  /** The zero address for ETH. */
  readonly token: Address;
  /** What one answer costs, royalty and protocol share included; undefined where it does not take this token. */
  readonly ask: bigint | undefined;
}

export interface ProviderListing {
  readonly provider: Address;
  readonly modelId: bigint;
  readonly version: bigint;
  /** Whether it takes part in draws. */
  readonly listed: boolean;
  /** Whether it takes jobs whose input must be fetched. */
  readonly acceptsOffChain: boolean;
  /** Its weight in the draw; `syncWeight` brings it to its stake of now. */
  readonly weight: bigint;
  /** The shortest answer time with which it is drawn; 0 for any. */
  readonly minAnswerSeconds: number;
  readonly asks: readonly ProviderAsk[];
}

/**
 * What a provider offers on one version.
 * @throws VerimeshError `RPC_UNREACHABLE`
 * @example
 * const { listed, asks } = await getListing(client, { deployment, provider, modelId: 1n, version: 1n });
 */
export async function getListing(client: VerimeshClient, parameters: GetListingParameters): Promise<ProviderListing> {
  const { deployment, provider, modelId, version, tokens = [zeroAddress], signal } = parameters;
  const selection = selectionOf(deployment);
  const asked = tokens.map(async (token): Promise<ProviderAsk> => {
    const args = [provider, modelId, version, token] as const;
    const [accepted, ask] = await read(client, { ...selection, functionName: "askOf", args }, signal);
    return { token, ask: accepted ? ask : undefined };
  });
  const args = [provider, modelId, version] as const;
  const [listing, asks] = await Promise.all([
    read(client, { ...selection, functionName: "listingOf", args }, signal),
    Promise.all(asked),
  ]);
  const { listed, acceptsOffChain, weight } = listing;
  const minAnswerSeconds = Number(listing.minAnswerSeconds);
  return { provider, modelId, version, listed, acceptsOffChain, weight, minAnswerSeconds, asks };
}
