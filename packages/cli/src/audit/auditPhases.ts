import { END_REASONS, jobMarketAbi } from "@verimesh/sdk";
import { decodeFunctionData, type Hex, isAddressEqual, zeroAddress } from "viem";
import { type AuditContext, readTimeOf, readTransaction } from "./AuditContext.ts";
import { byPosition, isBefore, latestOf, type Position } from "./events.ts";
import { mismatch, requireEqual } from "./Findings.ts";
import type { JobFacts } from "./JobFacts.ts";

/** The way of a job from its request to its answer: each phase as long as the terms say, each attempt by whom it was given to. */
export async function auditPhases(context: AuditContext, facts: JobFacts): Promise<void> {
  await context.findings.check("phases", async () => {
    const { job, requested, assigned, taken } = facts;
    const [request] = requested;
    if (request === undefined) return mismatch("there is no request");
    const drawBefore = (await readTimeOf(context, request)) + BigInt(job.drawSeconds);
    requireEqual("the end of the first draw", request.args.drawBefore, drawBefore);
    for (const event of assigned) {
      const answerBefore = (await readTimeOf(context, event)) + BigInt(job.answerSeconds);
      requireEqual("the time to answer", event.args.answerBefore, answerBefore);
    }
    const voted = job.policy === "quorum" && facts.rounds.length > 0;
    requireEqual("how often a panel took the job", taken.length, voted ? 1 : 0);
    for (const { args } of taken) {
      requireEqual("whose panel took it", args.policyContract, context.deployment.quorumPolicy);
    }
    await requireAttempts(context, facts);
    const [answer] = [...facts.settled, ...facts.answered];
    if (answer === undefined) {
      requireEqual("the provider of a job that no single one answered", job.provider, zeroAddress);
      requireEqual("its price", job.price, 0);
    } else {
      requireEqual("who answered", answer.args.provider, job.provider);
      await requireInTime(context, facts, answer);
    }
    const failed = facts.declined.length + facts.expired.length;
    return `${assigned.length} drawn, ${failed} of them stepped back or missed the time to answer`;
  });
}

/** Whether the last provider that was drawn is the one that answered; else it was delivered in the open round, or by nobody. */
export function answeredAsDrawn({ assigned, declined, expired }: JobFacts): boolean {
  return assigned.length > declined.length + expired.length;
}

/** When the last draw ended and the open round began, in seconds since the epoch. */
export async function drawsEndedAt(
  context: AuditContext,
  { job, requested, declined, expired }: JobFacts,
): Promise<bigint> {
  const last = latestOf([...declined, ...expired]);
  if (last === undefined) return requested[0]?.args.drawBefore ?? mismatch("there is no request");
  const time = await readTimeOf(context, last);
  return declined.length + expired.length < MAX_ATTEMPTS ? time + BigInt(job.drawSeconds) : time - 1n;
}

/** After these the open round begins at once. */
const MAX_ATTEMPTS = 3;

/** That the answer came while it could: in the time of whom was drawn, or in the open round. */
async function requireInTime(context: AuditContext, facts: JobFacts, answer: Position): Promise<void> {
  const { job, assigned } = facts;
  const time = await readTimeOf(context, answer);
  const last = assigned.at(-1);
  if (last !== undefined && answeredAsDrawn(facts)) {
    if (time > last.args.answerBefore) mismatch("the answer came after its time");
    return;
  }
  const ended = await drawsEndedAt(context, facts);
  if (time <= ended) mismatch("it was answered by one who was not drawn, while providers were drawn");
  if (time > ended + BigInt(job.openSeconds)) mismatch("it was answered after the open round");
}

async function requireAttempts(context: AuditContext, facts: JobFacts): Promise<void> {
  const { assigned, declined, expired, settled, answered } = facts;
  const failures = [...declined, ...expired].sort(byPosition);
  const delivered = [...settled, ...answered].length > 0;
  const expected = failures.length + (delivered && answeredAsDrawn(facts) ? 1 : 0);
  requireEqual("the number of providers that were drawn", assigned.length, expected);
  for (const [index, event] of assigned.entries()) {
    requireEqual("the attempt", event.args.attempt, index + 1);
    const failure = failures[index];
    if (failure === undefined) continue;
    if (!isAddressEqual(failure.args.provider, event.args.provider) || isBefore(failure, event)) {
      mismatch(`${event.args.provider} was drawn, and ${failure.args.provider} stepped back or was late`);
    }
  }
  for (const event of declined) {
    const { to, input } = await readTransaction(context, event.transactionHash);
    const isCall = to !== null && isAddressEqual(to, context.deployment.jobMarket);
    const reason = isCall ? reasonIn(input, facts.jobId) : undefined;
    if (reason !== undefined) requireEqual("why it stepped back", END_REASONS[event.args.reason], END_REASONS[reason]);
  }
}

/** The reason that a provider gave; undefined if its call was one of several. */
function reasonIn(input: Hex, jobId: bigint): number | undefined {
  const call = decodeCall(input);
  if (call?.functionName === "multicall") return undefined;
  if (call?.functionName === "declineJob" && call.args[0] === jobId) return call.args[1];
  return mismatch("a provider stepped back by a call that says something else");
}

function decodeCall(data: Hex) {
  try {
    return decodeFunctionData({ abi: jobMarketAbi, data });
  } catch {
    return undefined;
  }
}
