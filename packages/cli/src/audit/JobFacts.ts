import { END_REASONS, JOB_POLICIES, JOB_STATUSES, jobMarketAbi } from "@verimesh/sdk";
import { type AuditContext, readChain, readEvents } from "./AuditContext.ts";

/** What the chain says of an ended job: the market's record, and its events. */
export type JobFacts = Awaited<ReturnType<typeof readJobFacts>>;

export const marketOf = ({ deployment }: Pick<AuditContext, "deployment">) =>
  ({ address: deployment.jobMarket, abi: jobMarketAbi }) as const;

/** @throws VerimeshError `JobUnknown`, `RPC_UNREACHABLE` */
export async function readJobFacts(context: AuditContext, jobId: bigint) {
  const market = marketOf(context);
  const stored = await readChain(context, { ...market, functionName: "jobOf", args: [jobId] });
  const one = { jobId };
  const [requested, repeated, declined, expired, assigned, answered, settled, decided, refunded, payments, unspent] =
    await Promise.all([
      readEvents(context, market, "JobRequested", one),
      readEvents(context, market, "DrawRepeated", one),
      readEvents(context, market, "JobDeclined", one),
      readEvents(context, market, "AssignmentExpired", one),
      readEvents(context, market, "JobAssigned", one),
      readEvents(context, market, "JobAnswered", one),
      readEvents(context, market, "JobSettled", one),
      readEvents(context, market, "JobDecided", one),
      readEvents(context, market, "JobRefunded", one),
      readEvents(context, market, "FeePaid", one),
      readEvents(context, market, "UnspentReturned", one),
    ]);
  return {
    jobId,
    job: {
      ...stored,
      modelId: BigInt(stored.modelId),
      version: BigInt(stored.version),
      status: JOB_STATUSES[stored.status] ?? "none",
      reason: END_REASONS[stored.reason] ?? "none",
      policy: JOB_POLICIES[stored.policy] ?? "proof",
    },
    /** Where the next draw's candidates were taken: at the request, and whenever a draw or an attempt failed. */
    drawBlocks: [...requested, ...repeated, ...declined, ...expired]
      .map(({ blockNumber }) => blockNumber)
      .sort(ascending),
    failedAttempts: declined.length + expired.length,
    ...{ requested, assigned, answered, settled, decided, refunded, payments, unspent },
    /** The words of the final answer. */
    outputWords: settled[0]?.args.outputWords ?? decided[0]?.args.outputWords,
    inputWords: requested[0]?.args.inputWords ?? [],
  };
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}
