import { randomBytes } from "node:crypto";
import { modR, powR } from "../binary/fieldElements.ts";

/**
 * The secrets of a Groth16 key. Whoever knows them can prove anything, so a key made here convinces only those who trust
 * its maker: development and local chains. The numbers live in a thread that ends with the set-up; a JavaScript heap
 * cannot be overwritten, so "forgotten" here means that the thread's memory was given back, not that it was cleared.
 */
export interface ToxicWaste {
  readonly tau: bigint;
  readonly alpha: bigint;
  readonly beta: bigint;
  readonly gamma: bigint;
  readonly delta: bigint;
}

/**
 * Draws the secrets from the operating system's generator, uniform up to 2^-129.
 *
 * @param doubledDomainSize power of two; tau is no root of unity of that order, and gamma and ±delta differ
 */
export function drawToxicWaste(doubledDomainSize: number): ToxicWaste {
  for (;;) {
    const [tau, alpha, beta, gamma, delta] = [draw(), draw(), draw(), draw(), draw()];
    const waste = { tau, alpha, beta, gamma, delta };
    const degenerate =
      Object.values(waste).includes(0n) ||
      powR(tau, BigInt(doubledDomainSize)) === 1n ||
      gamma === delta ||
      modR(gamma + delta) === 0n;
    if (!degenerate) return waste;
  }
}

function draw(): bigint {
  const bytes = randomBytes(48);
  const value = modR(BigInt(`0x${bytes.toString("hex")}`));
  bytes.fill(0);
  return value;
}
