/**
 * Where a job stands for this worker:
 *
 *     seen ──→ ready ──→ claimed ──→ executed ──→ proved ──→ settled
 *      │         │          │                        │
 *      └→ declined         └──────→ failed ←─────────┘        lost, refunded: from any of them
 *
 * `declined`, `settled`, `lost`, `refunded` and `failed` are ends.
 */
export type Phase =
  "seen" | "ready" | "claimed" | "executed" | "proved" | "settled" | "lost" | "refunded" | "declined" | "failed";

const ENDS: ReadonlySet<Phase> = new Set(["settled", "lost", "refunded", "declined", "failed"]);

/** Seconds that each phase took. */
export interface Timings {
  readonly fetch?: number;
  readonly execute?: number;
  readonly witness?: number;
  readonly prove?: number;
  /** From the first sight of the job to the settlement's confirmation. */
  readonly total?: number;
}

/** A transaction that was signed, so that it can be sent again after a crash without ever becoming two. */
export interface SignedTransaction {
  readonly purpose: "claim" | "submit" | "expire";
  readonly nonce: number;
  /** All versions signed for this nonce, the latest last; at most one of them can be mined. */
  readonly attempts: readonly { readonly hash: `0x${string}`; readonly raw: `0x${string}` }[];
}

/** What the journal keeps of a job; whole and immutable, each change is a new record. */
export interface JobRecord {
  readonly jobId: bigint;
  readonly modelId: bigint;
  readonly version: bigint;
  readonly phase: Phase;
  /** Unix milliseconds of this record. */
  readonly at: number;
  readonly inputWords: readonly bigint[];
  readonly inputCid: `0x${string}`;
  /** The market's count of attempts when this worker claimed. */
  readonly attempt?: number | undefined;
  readonly outputWords?: readonly bigint[] | undefined;
  readonly proof?: readonly bigint[] | undefined;
  readonly transaction?: SignedTransaction | undefined;
  /** Unix milliseconds when this worker first saw the job. */
  readonly seenAt?: number | undefined;
  readonly claimedAt?: number | undefined;
  readonly settledBy?: `0x${string}` | undefined;
  readonly reason?: { readonly code: string; readonly message: string } | undefined;
  readonly timings: Timings;
}

export function isEnded(record: JobRecord): boolean {
  return ENDS.has(record.phase);
}

/** Whether a restart has something to lose here: a claim, or a transaction that may be under way. */
export function isCommitted(record: JobRecord): boolean {
  return (
    !isEnded(record) && (["claimed", "executed", "proved"].includes(record.phase) || record.transaction !== undefined)
  );
}
