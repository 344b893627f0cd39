import { VerimeshError } from "@verimesh/core";
import { type Address, isAddress } from "viem";

/** A version that a provider wants to serve, and for how much. */
export interface Offer {
  readonly modelId: bigint;
  readonly version: bigint;
  /** The price of one answer by token, in its smallest unit; the zero address is the native coin. */
  readonly asks: Readonly<Record<Address, bigint>>;
  /** Whether it takes jobs whose input it must fetch. Default true. */
  readonly acceptsOffChain?: boolean | undefined;
  /**
   * The shortest answer time, in seconds, with which it is drawn: what an answer takes here. Who is late loses a bond.
   * Undefined: as the chain has it.
   */
  readonly minAnswerSeconds?: number | undefined;
}

/** @throws VerimeshError CONFIG_INVALID */
export function checkOffers(offers: readonly Offer[]): void {
  const seen = new Set<string>();
  for (const { modelId, version, asks, minAnswerSeconds = 0 } of offers) {
    const name = `Offer of model ${modelId}, version ${version}`;
    if (seen.has(name)) refuse(`${name} is there twice.`, "Expected each version once, with all its prices.");
    seen.add(name);
    if (!Number.isInteger(minAnswerSeconds) || minAnswerSeconds < 0 || minAnswerSeconds >= 2 ** 32)
      refuse(`${name}: ${minAnswerSeconds} is no answer time.`, "Expected whole seconds, 0 for any time.");
    const tokens = Object.entries(asks);
    if (tokens.length === 0) refuse(`${name} has no price.`, "Expected at least one token with its price.");
    for (const [token, ask] of tokens) {
      const fits = isAddress(token, { strict: false }) && ask >= 0n && ask < 2n ** 96n;
      if (!fits)
        refuse(`${name}: ${ask} of ${token.slice(0, 60)} is not a price.`, "Expected an address and 0 to 2^96.");
    }
  }
}

function refuse(shortMessage: string, details: string): never {
  throw new VerimeshError(shortMessage, { code: "CONFIG_INVALID", details });
}
