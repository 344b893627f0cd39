import type { Address } from "viem";
import type { ChainJob, ClaimView, PanelView } from "../chain/ChainJob.ts";
import type { JobRecord, Phase, Purpose } from "./JobRecord.ts";

/** What a provider does beyond its own work. */
export interface Habits {
  /** Delivers in open rounds: no bond, and another may be faster. */
  readonly openRounds: boolean;
  /** Runs others' optimistic answers again, and challenges wrong ones with a bond. */
  readonly challenge: boolean;
  /** Ends whatever others left past its time, also where nothing is in it for this provider. */
  readonly endAll: boolean;
}

/** What the chain says about a job now, to a worker. Times are unix seconds. */
export interface Situation {
  readonly job: ChainJob;
  readonly me: Address;
  /** The least that the next block will carry. */
  readonly now: number;
  readonly maxAttempts: number;
  readonly maxRounds: number;
  /** Whether this provider is listed for the version and accepts the job's token. */
  readonly listed: boolean;
  /** Whether, besides, it asks no more than the job pays at most. */
  readonly serves: boolean;
  /** Whether the version has a circuit: asked only where an answer can be challenged. */
  readonly provable: boolean;
  readonly panel?: PanelView | undefined;
  readonly claim?: ClaimView | undefined;
  readonly habits: Habits;
  /** Seconds that this worker lets pass, after the others may act, before it does what any of them can do. */
  readonly stagger: number;
}

/** What a worker does next about a job. */
export type Verdict =
  /** Nothing can be done before this time, unless something happens to the job. */
  | { readonly kind: "wait"; readonly until: number; readonly why: string }
  /** Something of the chain is to be noted down before anything else is done. */
  | { readonly kind: "note"; readonly change: Partial<JobRecord> }
  | { readonly kind: "end"; readonly phase: Phase; readonly code: string; readonly message: string }
  /** A provider or a panel is to be drawn, at the latest at this time. */
  | Draw
  /** The model is to be run, and with `proof` the run proven. */
  | Work
  /** The words are there: choose a salt and note the vote. */
  | { readonly kind: "vote"; readonly round: number; readonly outputWords: readonly bigint[] }
  | { readonly kind: "send"; readonly purpose: Purpose };

export interface Draw {
  readonly kind: "draw";
  readonly by: "market" | "panel";
  readonly drawBlock: number;
  readonly drawBefore: number;
  /** Whether this worker needs the draw, also where it cannot be drawn itself. */
  readonly isParty: boolean;
}

export interface Work {
  readonly kind: "work";
  readonly proof: boolean;
  /** Unix seconds after which it is of no use. */
  readonly before: number;
  /** What for: an assignment can be declined; a seat or a defence cannot; the others cost nothing to leave. */
  readonly as: "assigned" | "open" | "seat" | "defence" | "check";
}

export const end = (phase: Phase, code: string, message: string): Verdict => ({ kind: "end", phase, code, message });
export const wait = (until: number, why: string): Verdict => ({ kind: "wait", until, why });
export const send = (purpose: Purpose): Verdict => ({ kind: "send", purpose });
