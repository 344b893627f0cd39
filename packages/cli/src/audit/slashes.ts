import { answerHash } from "@verimesh/sdk";
import { type Address, type Hash, isAddressEqual, zeroHash } from "viem";
import type { JobFacts } from "./JobFacts.ts";

/** A bond that the history of a job costs a provider. */
export interface Slash {
  readonly provider: Address;
  /** Who gets a share of it. */
  readonly wronged: Address | "treasury";
  /** The rest is the treasury's. */
  readonly share: "none" | "half" | "all";
  readonly transactionHash: Hash;
}

/** What the history of a job costs whom: deadlines missed, votes against the majority or not given, a claim that fell. */
export function slashesOf(facts: JobFacts, policy: Address): Slash[] {
  const { job, expired, rounds, claim } = facts;
  // Who withheld an input from honest providers must not earn their bonds.
  const share = job.inputOffChain ? "none" : "half";
  const missed = expired.map(({ args, transactionHash }): Slash => ({
    ...{ provider: args.provider, wronged: job.requester, share, transactionHash },
  }));
  const resolution = claim?.resolved[0];
  const wronged = resolution?.args.winner ?? job.requester;
  const voted = rounds.flatMap(({ draw, reveals, closes }): Slash[] => {
    const [close] = closes;
    if (close === undefined) return [];
    const { answerHash: winner } = close.args;
    const { transactionHash } = close;
    const answerOf = (member: Address) => reveals.find(({ args }) => isAddressEqual(args.provider, member))?.args;
    if (winner !== zeroHash && winner !== answerHash([])) {
      return draw.args.providers
        .filter((member) => answerHash(answerOf(member)?.outputWords ?? []) !== winner)
        .map((provider) => ({ provider, wronged, share, transactionHash }));
    }
    // Only silence costs, and only where most of the members showed that there was time.
    if (reveals.length <= Math.floor(job.panelSize / 2)) return [];
    return draw.args.providers
      .filter((member) => answerOf(member) === undefined)
      .map((provider) => ({ provider, wronged: "treasury" as const, share: "none" as const, transactionHash }));
  });
  if (claim === undefined || resolution === undefined) return [...missed, ...voted];
  const { transactionHash } = resolution;
  if (!isAddressEqual(resolution.args.loser, claim.provider)) return [...missed, ...voted];
  return [...missed, ...voted, { provider: claim.provider, wronged: policy, share: "all", transactionHash }];
}
