import type { Address } from "viem";
import { selectionOf, stakingOf } from "../client/contracts.ts";
import { getEvents } from "../client/getEvents.ts";
import { read } from "../client/read.ts";
import type { ReadOptions, VerimeshClient } from "../client/types.ts";
import { getListing, type ProviderListing } from "./getListing.ts";

export interface GetListingsParameters extends ReadOptions {
  readonly provider: Address;
  /** Default: only versions that it is listed for now. */
  readonly includeUnlisted?: boolean | undefined;
}

/**
 * All that a provider serves, with its asks in every token that it ever accepted, as of now.
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
  const [listed, tokens] = await Promise.all([
    getEvents(client, { ...query, eventName: "ModelListed" }),
    read(client, { ...stakingOf(deployment), functionName: "earningTokensOf", args: [provider] }, signal),
  ]);
  const versions = new Map(listed.map(({ args }) => [`${args.modelId} ${args.version}`, args]));
  const listings: ProviderListing[] = [];
  for (const { modelId, version } of versions.values()) {
    listings.push(await getListing(client, { deployment, provider, modelId, version, tokens, signal }));
  }
  return includeUnlisted ? listings : listings.filter((listing) => listing.listed);
}
