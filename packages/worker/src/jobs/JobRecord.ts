import type { SolidityProof } from "@verimesh/core";

/**
 * Where a job stands for this worker. The phases tell how far its own work is; what to do next is read from the chain.
 *
 *     seen ──→ assigned ──→ executed ──→ proved ─────────────→ settled       a proven answer
 *                               ├──────→ answered ───────────→ settled       an answer that can be challenged
 *                               ├──────→ committed → revealed → settled      a seat on a panel
 *                               └──────→ challenged ──────────→ settled      another's wrong answer
 *
 * `settled`, `lost` (another's, or nobody's), `refunded`, `declined` and `failed` (a bond was cut) are ends.
 */
export type Phase =
  | "seen"
  | "assigned"
  | "executed"
  | "proved"
  | "answered"
  | "committed"
  | "revealed"
  | "challenged"
  | "settled"
  | "lost"
  | "refunded"
  | "declined"
  | "failed";

const ENDS: ReadonlySet<Phase> = new Set(["settled", "lost", "refunded", "declined", "failed"]);

/** Seconds that each phase took. */
export interface Timings {
  readonly fetch?: number;
  readonly execute?: number;
  readonly witness?: number;
  readonly prove?: number;
  /** From the first sight of the job to its end. */
  readonly total?: number;
}

/** What a transaction is for. */
export type Purpose =
  | "assign"
  | "decline"
  | "expire"
  | "refund"
  | "settle"
  | "answer"
  | "defend"
  | "finalize"
  | "challenge"
  | "approve"
  | "expireDefence"
  | "drawPanel"
  | "commit"
  | "reveal"
  | "closePanel"
  | "expireDraw"
  /** What the provider offers: of no job. */
  | "offer";

/** A transaction that was signed, so that it can be sent again after a crash without ever becoming two. */
export interface SignedTransaction {
  readonly purpose: Purpose;
  readonly nonce: number;
  /** All versions signed for this nonce, the latest last; at most one of them can be mined. */
  readonly attempts: readonly { readonly hash: `0x${string}`; readonly raw: `0x${string}` }[];
}

/** A vote: without the salt the commitment cannot be opened and the bond is lost, so it is here before it is sent. */
export interface Vote {
  readonly round: number;
  readonly salt: `0x${string}`;
  readonly commitment: `0x${string}`;
  /** The words committed to; none if the input could not be had. */
  readonly outputWords: readonly bigint[];
}

export interface Reason {
  readonly code: string;
  readonly message: string;
}

/** What the journal keeps of a job; whole and immutable, each change is a new record. */
export interface JobRecord {
  readonly jobId: bigint;
  /** Which request this is about: a reorganisation can put another under the same id. */
  readonly requestHash: `0x${string}`;
  readonly modelId: bigint;
  readonly version: bigint;
  readonly policy: number;
  readonly phase: Phase;
  /** Unix milliseconds of this record. */
  readonly at: number;
  readonly inputWords: readonly bigint[];
  readonly inputCid: `0x${string}`;
  /** The market's count of failed attempts when the job was assigned to this worker. */
  readonly attempt?: number | undefined;
  /** The round in which this worker got a seat. */
  readonly round?: number | undefined;
  readonly outputWords?: readonly bigint[] | undefined;
  readonly proof?: SolidityProof | undefined;
  readonly vote?: Vote | undefined;
  /** Why the assignment is to be handed back. */
  readonly declining?: (Reason & { readonly reason: number }) | undefined;
  /** Another's answer was found to be wrong, and is or will be challenged. */
  readonly challenging?: boolean | undefined;
  readonly transaction?: SignedTransaction | undefined;
  /** Unix milliseconds when this worker first saw the job. */
  readonly seenAt?: number | undefined;
  readonly reason?: Reason | undefined;
  readonly timings: Timings;
}

export function isEnded(record: JobRecord): boolean {
  return ENDS.has(record.phase);
}

/** Whether a restart has something to lose here: an assignment, a seat, or a transaction that may be under way. */
export function isCommitted(record: JobRecord): boolean {
  return (
    !isEnded(record) && (record.attempt !== undefined || record.round !== undefined || record.transaction !== undefined)
  );
}
