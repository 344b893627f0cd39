import { answerHash, getEvents, providerStakingAbi } from "@verimesh/sdk";
import { type Address, isAddressEqual, zeroAddress } from "viem";
import { vmeshText } from "../commands/payment.ts";
import { type AuditContext, readChain } from "./AuditContext.ts";
import { Inapplicable, mismatch, requireEqual } from "./Findings.ts";
import { claimsOf, type JobFacts } from "./JobFacts.ts";

/** What a challenge brought to whom, in the stake token: bonds that came back and shares of the one that was lost. */
export async function auditShares(context: AuditContext, facts: JobFacts): Promise<void> {
  await context.findings.check("shares of the bond", async () => {
    const [resolution] = facts.claim?.resolved ?? [];
    if (resolution === undefined) throw new Inapplicable("there was no challenge");
    const { blockNumber } = resolution;
    await requireAlone(context, facts, blockNumber);
    const staking = { address: context.deployment.providerStaking, abi: providerStakingAbi } as const;
    const bond = await readChain(context, { ...staking, functionName: "bondAmount" });
    const due = sharesOf(facts, bond);
    const rest = due.get("treasury");
    if (rest !== undefined) {
      // The treasury may be one of the others, too.
      const treasury = await readChain(context, { ...staking, functionName: "treasury" });
      due.delete("treasury");
      due.set(treasury, (due.get(treasury) ?? 0n) + rest);
    }
    for (const [account, amount] of due) {
      const credited = await creditOf(context, account as Address, blockNumber);
      requireEqual(`what ${account} got`, credited, amount);
    }
    const lines = [...due].map(([account, amount]) => `${vmeshText(amount)} to ${account}`);
    return lines.join(", ");
  });
}

/** What else happened in the same block would show in the same balances. */
async function requireAlone(context: AuditContext, { jobId }: JobFacts, blockNumber: bigint): Promise<void> {
  const { client, signal } = context;
  const block = { ...claimsOf(context), fromBlock: blockNumber, toBlock: blockNumber, signal };
  const resolved = await getEvents(client, { ...block, eventName: "ChallengeResolved" });
  const withdrawn = await getEvents(client, { ...block, eventName: "BondProceedsWithdrawn" });
  if (withdrawn.length > 0 || resolved.some(({ args }) => args.jobId !== jobId)) {
    throw new Inapplicable("bonds of others were paid in the same block");
  }
}

async function creditOf(context: AuditContext, account: Address, blockNumber: bigint): Promise<bigint> {
  const call = { ...claimsOf(context), functionName: "bondProceedsOf", args: [account] } as const;
  const [after, before] = await Promise.all([
    readChain(context, { ...call, blockNumber }),
    readChain(context, { ...call, blockNumber: blockNumber - 1n }),
  ]).catch((error: unknown) => {
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new Inapplicable(`the node does not give the balances of then: ask an archive node (${why})`);
  });
  return after - before;
}

/** As the policy contract shares them out; of what does not divide, and without a jury, the rest is the treasury's. */
function sharesOf({ claim, rounds }: JobFacts, bond: bigint): Map<Address | "treasury", bigint> {
  const [resolution] = claim?.resolved ?? [];
  const due = new Map<Address | "treasury", bigint>();
  const credit = (account: Address | "treasury", amount: bigint) => due.set(account, (due.get(account) ?? 0n) + amount);
  if (claim === undefined || resolution === undefined) return mismatch("there was no challenge");
  const { winner } = resolution.args;
  const upheld = isAddressEqual(winner, claim.provider);
  if (!upheld) credit(claim.challenger, bond);
  if (isAddressEqual(winner, zeroAddress)) return due;
  const last = rounds.at(-1);
  const majority = (last?.reveals ?? [])
    .filter(({ args }) => answerHash(args.outputWords) === last?.closes[0]?.args.answerHash)
    .map(({ args }) => args.provider);
  const half = bond / 2n;
  const winnerAmount = upheld || majority.length === 0 ? half : bond / 4n;
  const jurorsAmount = majority.length === 0 ? 0n : upheld ? bond - half : bond / 4n;
  const jurorAmount = majority.length === 0 ? 0n : jurorsAmount / BigInt(majority.length);
  credit(winner, winnerAmount);
  for (const juror of majority) credit(juror, jurorAmount);
  const rest = bond - winnerAmount - jurorAmount * BigInt(majority.length);
  if (rest > 0n) credit("treasury", rest);
  return due;
}
