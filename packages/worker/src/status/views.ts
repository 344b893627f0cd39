import { isCommitted, type JobRecord } from "../jobs/JobRecord.ts";

const POLICIES = ["proof", "quorum", "optimistic"] as const;

/** What `GET /status` tells. */
export interface WorkerStatus {
  readonly state: "starting" | "running" | "stopping";
  readonly provider: string;
  readonly chainId: number;
  readonly market: string;
  readonly chainUp: boolean;
  /** Latest block seen; null before the first. */
  readonly head: number | null;
  readonly backend: string | null;
  readonly capacity: number;
  /** Slots in use. */
  readonly busy: number;
  /** Jobs that have not ended, waiting ones included. */
  readonly open: number;
  readonly settled: number;
  readonly lost: number;
  readonly declined: number;
  readonly failed: number;
  /** What configuration and chain say differently, and versions that this machine cannot serve. */
  readonly problems: readonly string[];
  readonly startedAt: string | null;
  readonly statusUrl: string | null;
  readonly pid: number;
}

/** What `GET /jobs/:id` tells. Ids and words are decimal strings. */
export interface JobView {
  readonly jobId: string;
  readonly modelId: string;
  readonly version: string;
  readonly policy: "proof" | "quorum" | "optimistic" | "unknown";
  readonly phase: JobRecord["phase"];
  /** Whether a bond of this provider is at stake. */
  readonly isBound: boolean;
  readonly reason: JobRecord["reason"] | null;
  readonly seconds: JobRecord["timings"];
  readonly outputWords: readonly string[] | null;
  /** A transaction that is under way. */
  readonly transaction: { readonly purpose: string; readonly hash: string } | null;
  readonly updatedAt: string;
}

export function viewJob(record: JobRecord): JobView {
  const { transaction } = record;
  const hash = transaction?.attempts.at(-1)?.hash;
  return {
    jobId: record.jobId.toString(),
    modelId: record.modelId.toString(),
    version: record.version.toString(),
    policy: POLICIES[record.policy] ?? "unknown",
    phase: record.phase,
    isBound: isCommitted(record),
    reason: record.reason ?? null,
    seconds: record.timings,
    outputWords: record.outputWords?.map(String) ?? null,
    transaction: transaction && hash ? { purpose: transaction.purpose, hash } : null,
    updatedAt: new Date(record.at).toISOString(),
  };
}
