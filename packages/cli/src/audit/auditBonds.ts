import { answerHash, providerStakingAbi, verimeshTokenAbi } from "@verimesh/sdk";
import { type Address, type Hash, isAddressEqual, zeroHash } from "viem";
import { type AuditContext, readChain, readEvents } from "./AuditContext.ts";
import { Inapplicable, mismatch, requireEqual } from "./Findings.ts";
import { claimsOf, type JobFacts } from "./JobFacts.ts";

/** A bond that the history of a job costs a provider. */
interface Slash {
  readonly provider: Address;
  readonly wronged: Address;
  readonly wrongedAmount: bigint;
  readonly transactionHash: Hash;
}

/** Whose bonds were lost by the job, whom they went to, and that nobody else's were. */
export async function auditBonds(context: AuditContext, facts: JobFacts): Promise<void> {
  await context.findings.check("bonds", async () => {
    const staking = { address: context.deployment.providerStaking, abi: providerStakingAbi } as const;
    const bond = await readChain(context, { ...staking, functionName: "bondAmount" });
    const treasury = await readChain(context, { ...staking, functionName: "treasury" });
    for (const { args } of facts.expired) requireEqual("what a missed deadline cost", args.slashed, bond);
    await requireChallengeBond(context, facts, bond);
    const expected = slashesOf(facts, bond, treasury, context.deployment.optimisticPolicy);
    const involved = providersOf(facts);
    if (involved.length === 0) throw new Inapplicable("no provider was drawn or answered");
    const transactions = new Set(transactionsOf(facts));
    const events = await Promise.all(
      involved.map((provider) => readEvents(context, staking, "BondSlashed", { provider })),
    );
    const found = events.flat().filter(({ transactionHash }) => transactions.has(transactionHash));
    for (const slash of expected) {
      const event = found.find(
        (each) => each.transactionHash === slash.transactionHash && isAddressEqual(each.args.provider, slash.provider),
      );
      if (event === undefined) return mismatch(`the bond of ${slash.provider} was to be lost, and was not`);
      const { args } = event;
      requireEqual(`the lost bond of ${slash.provider}`, args.amount, bond);
      requireEqual(`who gets a share of the bond of ${slash.provider}`, args.wronged, slash.wronged);
      requireEqual(`the share of ${slash.wronged}`, args.wrongedAmount, slash.wrongedAmount);
      requireEqual("the treasury's share", args.treasuryAmount, bond - slash.wrongedAmount);
    }
    requireEqual("the number of lost bonds", found.length, expected.length);
    if (expected.length === 0) return `none of ${involved.length} was lost`;
    return `${expected.length} of ${involved.length} lost: ${expected.map(({ provider }) => provider).join(", ")}`;
  });
}

/** A challenge is paid for when it is made. */
async function requireChallengeBond(context: AuditContext, { claim }: JobFacts, bond: bigint): Promise<void> {
  for (const { args, transactionHash } of claim?.challenged ?? []) {
    requireEqual("the challenger's bond", args.bond, bond);
    const token = { address: context.deployment.token, abi: verimeshTokenAbi } as const;
    const between = { from: args.challenger, to: claimsOf(context).address };
    const transfers = await readEvents(context, token, "Transfer", between);
    const paid = transfers.filter((event) => event.transactionHash === transactionHash);
    if (!paid.some((event) => event.args.value === bond)) mismatch(`${args.challenger} has not paid its bond`);
  }
}

function slashesOf(facts: JobFacts, bond: bigint, treasury: Address, policy: Address): Slash[] {
  const { job, expired, rounds, claim } = facts;
  const share = job.inputOffChain ? 0n : bond / 2n;
  const missed = expired.map(({ args, transactionHash }) => ({
    ...{ provider: args.provider, wronged: job.requester, wrongedAmount: share, transactionHash },
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
        .map((provider) => ({ provider, wronged, wrongedAmount: share, transactionHash }));
    }
    // Only silence costs, and only where most of the members showed that there was time.
    if (reveals.length <= Math.floor(job.panelSize / 2)) return [];
    return draw.args.providers
      .filter((member) => answerOf(member) === undefined)
      .map((provider) => ({ provider, wronged: treasury, wrongedAmount: 0n, transactionHash }));
  });
  if (claim === undefined || resolution === undefined) return [...missed, ...voted];
  const { transactionHash } = resolution;
  if (!isAddressEqual(resolution.args.loser, claim.provider)) return [...missed, ...voted];
  return [...missed, ...voted, { provider: claim.provider, wronged: policy, wrongedAmount: bond, transactionHash }];
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
