import { providerStakingAbi, verimeshTokenAbi } from "@verimesh/sdk";
import { type Address, type Hash, isAddressEqual } from "viem";
import { type AuditContext, readChain, readEvents } from "./AuditContext.ts";
import { Inapplicable, mismatch, requireEqual } from "./Findings.ts";
import { claimsOf, type JobFacts } from "./JobFacts.ts";
import { type Slash, slashesOf } from "./slashes.ts";

const SHARES: Readonly<Record<Slash["share"], bigint>> = { none: 0n, half: 1n, all: 2n };

const stakingOf = ({ deployment }: AuditContext) =>
  ({ address: deployment.providerStaking, abi: providerStakingAbi }) as const;

/** Whose bonds were lost by the job, whom they went to, and that nobody else's were. */
export async function auditBonds(context: AuditContext, facts: JobFacts): Promise<void> {
  await context.findings.check("bonds", async () => {
    const involved = providersOf(facts);
    if (involved.length === 0) throw new Inapplicable("no provider was drawn or answered");
    const expected = slashesOf(facts, context.deployment.optimisticPolicy);
    const transactions = new Set(transactionsOf(facts));
    const events = await Promise.all(
      involved.map((provider) => readEvents(context, stakingOf(context), "BondSlashed", { provider })),
    );
    const found = events.flat().filter(({ transactionHash }) => transactions.has(transactionHash));
    requireEqual("the number of lost bonds", found.length, expected.length);
    if (expected.length === 0 && facts.claim?.challenged[0] === undefined) return `none of ${involved.length} was lost`;
    const bond = await readChain(context, { ...stakingOf(context), functionName: "bondAmount" });
    for (const { args } of facts.expired) requireEqual("what a missed deadline cost", args.slashed, bond);
    await requireChallengeBond(context, facts, bond);
    for (const slash of expected) {
      const event = found.find(
        (each) => each.transactionHash === slash.transactionHash && isAddressEqual(each.args.provider, slash.provider),
      );
      if (event === undefined) return mismatch(`the bond of ${slash.provider} was to be lost, and was not`);
      await requireSlash(context, slash, event.args, bond);
    }
    return `${expected.length} of ${involved.length} lost: ${expected.map(({ provider }) => provider).join(", ") || "none"}`;
  });
}

async function requireSlash(
  context: AuditContext,
  slash: Slash,
  found: {
    readonly amount: bigint;
    readonly wronged: Address;
    readonly wrongedAmount: bigint;
    readonly treasuryAmount: bigint;
  },
  bond: bigint,
): Promise<void> {
  const { provider, share } = slash;
  const treasury = { ...stakingOf(context), functionName: "treasury" } as const;
  const wronged = slash.wronged === "treasury" ? await readChain(context, treasury) : slash.wronged;
  const amount = (bond * SHARES[share]) / 2n;
  requireEqual(`the lost bond of ${provider}`, found.amount, bond);
  requireEqual(`who gets a share of the bond of ${provider}`, found.wronged, wronged);
  requireEqual(`the share of ${wronged}`, found.wrongedAmount, amount);
  requireEqual("the treasury's share", found.treasuryAmount, bond - amount);
}

/** A challenge is paid for when it is made. */
async function requireChallengeBond(context: AuditContext, { claim }: JobFacts, bond: bigint): Promise<void> {
  for (const { args, transactionHash } of claim?.challenged ?? []) {
    requireEqual("the challenger's bond", args.bond, bond);
    const token = { address: context.deployment.token, abi: verimeshTokenAbi } as const;
    const between = { from: args.challenger, to: claimsOf(context).address };
    const transfers = await readEvents(context, token, "Transfer", between);
    const paid = transfers.filter((event) => event.transactionHash === transactionHash);
    requireEqual(`what ${args.challenger} paid`, paid.map((event) => event.args.value).join(" and "), bond);
  }
}

function providersOf({ assigned, answered, settled, rounds }: JobFacts): Address[] {
  const single = [...assigned, ...answered, ...settled].map(({ args }) => args.provider);
  return [...new Set([...single, ...rounds.flatMap(({ draw }) => draw.args.providers)])];
}

function transactionsOf(facts: JobFacts): Hash[] {
  const { declined, expired, settled, decided, refunded, rounds, claim } = facts;
  const ends = [...declined, ...expired, ...settled, ...decided, ...refunded];
  const votes = rounds.flatMap(({ closes }) => closes);
  return [...ends, ...votes, ...(claim?.resolved ?? [])].map(({ transactionHash }) => transactionHash);
}
