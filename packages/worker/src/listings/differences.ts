import type { ProviderListing } from "@verimesh/sdk";
import { type Address, isAddressEqual } from "viem";
import type { Calls } from "../chain/calls.ts";
import type { Call } from "../chain/TransactionSender.ts";
import type { Offer } from "./Offer.ts";

/** Something that the configuration and the chain say differently, and the call that brings the chain in line. */
export interface Difference {
  readonly about: "capacity" | "listing" | "ask";
  readonly what: string;
  readonly call: Call;
}

export interface Wanted {
  /** Undefined: what is listed is what is wanted. */
  readonly offers: readonly Offer[] | undefined;
  readonly capacity: number;
}

/** What the chain has. */
export interface Standing {
  /** Listed or not, with every token that the provider ever named. */
  readonly listings: readonly ProviderListing[];
  readonly capacity: number;
}

/** Compares what a provider wants to offer with what the chain says it does. */
export function differencesOf(wanted: Wanted, standing: Standing, calls: Calls): Difference[] {
  const differences: Difference[] = [];
  if (standing.capacity !== wanted.capacity) {
    const what = `The chain gives this provider ${standing.capacity} jobs at once; this worker does ${wanted.capacity}.`;
    differences.push({ about: "capacity", what, call: calls.setCapacity(BigInt(wanted.capacity)) });
  }
  if (!wanted.offers) return differences;
  for (const listing of standing.listings) {
    const { modelId, version, listed } = listing;
    if (!listed || wanted.offers.some((offer) => isSame(offer, listing))) continue;
    const what = `Model ${modelId}, version ${version} is listed and not offered.`;
    differences.push({ about: "listing", what, call: calls.unlist(modelId, version) });
  }
  for (const offer of wanted.offers) {
    const listing = standing.listings.find((candidate) => isSame(offer, candidate));
    differences.push(
      ...answerTimeDifferences(offer, listing, calls),
      ...listingDifferences(offer, listing, calls),
      ...askDifferences(offer, listing, calls),
    );
  }
  return differences;
}

/** Before the listing: from then on the provider is drawn. */
function answerTimeDifferences(offer: Offer, listing: ProviderListing | undefined, calls: Calls): Difference[] {
  const { modelId, version, minAnswerSeconds } = offer;
  const standing = listing?.minAnswerSeconds ?? 0;
  if (minAnswerSeconds === undefined || minAnswerSeconds === standing) return [];
  const what = `Model ${modelId}, version ${version} is offered from ${minAnswerSeconds} s on; on the chain: from ${standing} s.`;
  return [{ about: "listing", what, call: calls.setMinAnswerSeconds(modelId, version, BigInt(minAnswerSeconds)) }];
}

function listingDifferences(offer: Offer, listing: ProviderListing | undefined, calls: Calls): Difference[] {
  const { modelId, version, acceptsOffChain = true } = offer;
  const name = `Model ${modelId}, version ${version}`;
  const list = calls.list(modelId, version, acceptsOffChain);
  if (!listing?.listed) return [{ about: "listing", what: `${name} is offered and not listed.`, call: list }];
  if (listing.acceptsOffChain === acceptsOffChain) return [];
  const what = `${name} is listed ${acceptsOffChain ? "without" : "with"} inputs that lie off the chain.`;
  return [
    { about: "listing", what, call: calls.unlist(modelId, version) },
    { about: "listing", what: `${name} is to be listed anew.`, call: list },
  ];
}

function askDifferences(offer: Offer, listing: ProviderListing | undefined, calls: Calls): Difference[] {
  const { modelId, version } = offer;
  const name = `Model ${modelId}, version ${version}`;
  const asks = Object.entries(offer.asks) as [Address, bigint][];
  const differences: Difference[] = [];
  for (const [token, ask] of asks) {
    const standing = listing?.asks.find((candidate) => isAddressEqual(candidate.token, token))?.ask;
    if (standing === ask) continue;
    const what = `${name} is offered for ${ask} of ${token}; on the chain: ${standing ?? "not in this token"}.`;
    differences.push({ about: "ask", what, call: calls.setAsk(modelId, version, token, true, ask) });
  }
  for (const { token, ask } of listing?.asks ?? []) {
    if (ask === undefined || asks.some(([wanted]) => isAddressEqual(wanted, token))) continue;
    const what = `${name} is not offered for ${token}; on the chain: for ${ask}.`;
    differences.push({ about: "ask", what, call: calls.setAsk(modelId, version, token, false, 0n) });
  }
  return differences;
}

function isSame(a: { modelId: bigint; version: bigint }, b: { modelId: bigint; version: bigint }): boolean {
  return a.modelId === b.modelId && a.version === b.version;
}
