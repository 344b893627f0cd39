import type { Address } from "viem";
import { selectionOf } from "../client/contracts.ts";
import { getEvents } from "../client/getEvents.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { getListing, type ProviderListing } from "./getListing.ts";

export interface GetListingsParameters extends ReadOptions {
  readonly provider: Address;
  /** Default: only versions that it is listed for now. */
  readonly includeUnlisted?: boolean | undefined;
}

/**
 * All that a provider serves, with its asks in every token that it ever named, from its events and the chain as of now.
 * @throws VerimeshError `RPC_UNREACHABLE`
 * @example
 * for (const { modelId, version, asks } of await getListings(client, { deployment, provider })) console.log(modelId);
 */
export async function getListings(
  client: VerimeshClient,
  parameters: GetListingsParameters,
): Promise<ProviderListing[]> {
  const { deployment, provider, includeUnlisted = false, signal } = parameters;
  const query = {
    ...selectionOf(deployment),
    args: { provider },
    fromBlock: BigInt(deployment.deployedAtBlock),
    signal,
  } as const;
  const [listed, asked] = await Promise.all([
    getEvents(client, { ...query, eventName: "ModelListed" }),
    getEvents(client, { ...query, eventName: "AskSet" }),
  ]);
  const versions = new Map<string, { modelId: bigint; version: bigint; tokens: Set<Address> }>();
  for (const { args } of [...listed, ...asked]) {
    const { modelId, version } = args;
    const key = `${modelId} ${version}`;
    const entry = versions.get(key) ?? { modelId, version, tokens: new Set() };
    versions.set(key, entry);
    if ("token" in args) entry.tokens.add(args.token);
  }
  const listings: ProviderListing[] = [];
  for (const { modelId, version, tokens } of versions.values()) {
    listings.push(await getListing(client, { deployment, provider, modelId, version, tokens: [...tokens], signal }));
  }
  return includeUnlisted ? listings : listings.filter((listing) => listing.listed);
}
