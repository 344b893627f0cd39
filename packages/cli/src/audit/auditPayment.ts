import { modelRegistryAbi, providerStakingAbi } from "@verimesh/sdk";
import { type Address, isAddressEqual } from "viem";
import { amountText } from "../commands/payment.ts";
import { type AuditContext, readChain, readEvents } from "./AuditContext.ts";
import { isBefore } from "./events.ts";
import { mismatch, requireEqual } from "./Findings.ts";
import { type JobFacts, votesOf } from "./JobFacts.ts";

const BPS = 10_000n;

/** Who was paid what: each price split as the terms say, all of the escrow accounted for. */
export async function auditPayment(context: AuditContext, facts: JobFacts): Promise<void> {
  await context.findings.check("payment", async () => {
    const { job } = facts;
    const amount = (value: bigint): string => amountText(value, job.token, context.deployment);
    const [refund] = facts.refunded;
    if (refund !== undefined) {
      requireEqual("who was refunded", refund.args.requester, job.requester);
      requireEqual("the refund", refund.args.amount, job.fee);
      if (facts.payments.length + facts.unspent.length > 0) mismatch("somebody was paid all the same");
      return `all of ${amount(job.fee)} back to ${job.requester}`;
    }
    const author = await holderAt(context, facts);
    const earned = await pricesOf(context, facts);
    let spent = 0n;
    const lines: string[] = [];
    for (const payment of facts.payments) {
      const { args } = payment;
      const price = args.providerAmount + args.royaltyAmount + args.protocolAmount;
      const due = earned.find(({ provider }) => isAddressEqual(provider, args.provider));
      if (due === undefined) return mismatch(`${args.provider} was paid and had not earned it`);
      requireEqual(`the price of ${args.provider}`, price, due.price);
      requireEqual("the royalty", args.royaltyAmount, (price * BigInt(job.royaltyBps)) / BPS);
      requireEqual("the protocol's share", args.protocolAmount, (price * BigInt(job.protocolFeeBps)) / BPS);
      requireEqual("who received the royalty", args.author, author);
      if (args.delegatorsAmount > args.providerAmount) mismatch("delegators got more than there was");
      requireEqual("the delegators' part", args.delegatorsAmount, await sharedBefore(context, facts, payment));
      spent += price;
      lines.push(`${amount(args.providerAmount)} to ${args.provider}`);
      lines.push(`${amount(args.royaltyAmount)} to ${author}`, `${amount(args.protocolAmount)} to the protocol`);
    }
    requireEqual("the number of payments", facts.payments.length, earned.length);
    const returned = facts.unspent.reduce((sum, { args }) => sum + args.amount, 0n);
    requireEqual("the sum of payments and refund", spent + returned, job.fee);
    for (const { args } of facts.unspent) requireEqual("who got the rest", args.requester, job.requester);
    return `${lines.join(", ")}, ${amount(returned)} back to ${job.requester}: ${amount(job.fee)} in all`;
  });
}

/** Whom the royalty was due to: the holder of the model's token when the job was settled. */
async function holderAt(context: AuditContext, { job, settled, decided }: JobFacts): Promise<Address | undefined> {
  const registry = { address: context.deployment.modelRegistry, abi: modelRegistryAbi } as const;
  const transfers = await readEvents(context, registry, "Transfer", { tokenId: job.modelId });
  const end = settled[0] ?? decided[0];
  return transfers.findLast((event) => end === undefined || isBefore(event, end))?.args.to;
}

/** What of a provider's pay the staking contract took for its delegators: announced, if anything, right before the pay. */
async function sharedBefore(
  context: AuditContext,
  { job }: JobFacts,
  payment: JobFacts["payments"][number],
): Promise<bigint> {
  const staking = { address: context.deployment.providerStaking, abi: providerStakingAbi } as const;
  const { provider } = payment.args;
  const shared = await readEvents(context, staking, "EarningsShared", { provider, token: job.token });
  const part = shared.find(
    (event) => event.blockNumber === payment.blockNumber && event.logIndex === payment.logIndex - 1,
  );
  return part?.args.delegatorsAmount ?? 0n;
}

/** Who had earned what: the provider its price, the members of a quorum that gave the answer what each had asked. */
async function pricesOf(
  context: AuditContext,
  { jobId, job, rounds, outputWords }: JobFacts,
): Promise<{ provider: Address; price: bigint }[]> {
  if (job.policy !== "quorum") return [{ provider: job.provider, price: job.price }];
  const seats = await readChain(context, { ...votesOf(context, "quorum"), functionName: "seatsOf", args: [jobId] });
  const right = (rounds.at(-1)?.reveals ?? []).filter(({ args }) => args.outputWords.join() === outputWords?.join());
  return seats
    .filter(({ provider }) => right.some(({ args }) => isAddressEqual(args.provider, provider)))
    .map(({ provider, ask }) => ({ provider, price: ask }));
}
