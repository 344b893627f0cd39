/** The contracts' enums by name, in their order; they only ever grow at the end. */
export const JOB_STATUSES = ["none", "requested", "assigned", "answered", "settled", "refunded"] as const;
export const JOB_POLICIES = ["proof", "quorum", "optimistic"] as const;
export const END_REASONS = [
  "none",
  "delivered",
  "noProvider",
  "providerTimeout",
  "contentUnavailable",
  "invalidProof",
  "providerDeclined",
  "noMajority",
  "challengeLost",
  "cancelled",
] as const;
export const PANEL_STATUSES = ["none", "drawing", "voting", "closed"] as const;
export const CLAIM_STATUSES = ["none", "claimed", "defending", "judging", "resolved"] as const;

export type JobStatus = (typeof JOB_STATUSES)[number];
export type JobPolicy = (typeof JOB_POLICIES)[number];
export type EndReason = (typeof END_REASONS)[number];
export type PanelStatus = (typeof PANEL_STATUSES)[number];
export type ClaimStatus = (typeof CLAIM_STATUSES)[number];

/** What a provider may give as the reason for stepping back. */
export type DeclineReason = "contentUnavailable" | "invalidProof" | "providerDeclined";

/** The number of a name in the contracts. */
export function indexOf<name extends string>(names: readonly name[], name: name): number {
  const index = names.indexOf(name);
  if (index < 0) throw new TypeError(`expected one of ${names.join(", ")}, not ${name}`);
  return index;
}
