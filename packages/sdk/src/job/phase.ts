import type { ClaimStatus, JobPolicy, JobStatus, PanelStatus } from "./names.ts";

/**
 * Where a job stands, as a person sees it. `drawing`: providers (or jurors) are drawn. `open`: any serving provider may
 * deliver. `assigned`: a provider works on it. `voting`: a panel commits and reveals. `answered`: an answer is there that
 * can be challenged. `defending`: it was challenged and its provider is to prove it.
 */
export type JobPhase = "drawing" | "open" | "assigned" | "voting" | "answered" | "defending" | "settled" | "refunded";

/** The call with which anyone can end a phase that is past its time. */
export type OverdueAction =
  "refundJob" | "expireAssignment" | "closePanel" | "expirePanelDraw" | "finalizeAnswer" | "expireDefence";

export interface PhaseOfJob {
  readonly phase: JobPhase;
  /** The last second of the phase, in seconds since the epoch; undefined once the job has ended. */
  readonly phaseBefore: bigint | undefined;
  /** Set once the phase is past its time by the chain's clock, or a vote is over before it. */
  readonly overdueAction: OverdueAction | undefined;
}

export interface PhaseFacts {
  readonly status: JobStatus;
  readonly policy: JobPolicy;
  readonly deadline: bigint;
  readonly openSeconds: number;
  readonly claim?: { readonly status: ClaimStatus; readonly before: bigint } | undefined;
  readonly panel?: PanelFacts | undefined;
}

export interface PanelFacts {
  readonly status: PanelStatus;
  readonly size: number;
  readonly committed: number;
  readonly revealed: number;
  readonly drawBefore: bigint;
  readonly commitBefore: bigint;
  readonly revealBefore: bigint;
}

/** The phase of a job at a time of the chain's clock. */
export function phaseOf(job: PhaseFacts, now: bigint): PhaseOfJob {
  const until = (phase: JobPhase, phaseBefore: bigint, action: OverdueAction): PhaseOfJob => ({
    ...{ phase, phaseBefore },
    overdueAction: now > phaseBefore ? action : undefined,
  });
  switch (job.status) {
    case "requested": {
      if (now <= job.deadline || job.openSeconds === 0) return until("drawing", job.deadline, "refundJob");
      return until("open", job.deadline + BigInt(job.openSeconds), "refundJob");
    }
    case "assigned":
      if (job.panel === undefined) return until("assigned", job.deadline, "expireAssignment");
      return panelPhase(job.panel);
    case "answered":
      if (job.claim?.status === "judging" && job.panel !== undefined) return panelPhase(job.panel);
      if (job.claim?.status === "defending") return until("defending", job.claim.before, "expireDefence");
      return until("answered", job.claim?.before ?? job.deadline, "finalizeAnswer");
    case "settled":
      return { phase: "settled", phaseBefore: undefined, overdueAction: undefined };
    default:
      return { phase: "refunded", phaseBefore: undefined, overdueAction: undefined };
  }

  function panelPhase(panel: PanelFacts): PhaseOfJob {
    if (panel.status === "drawing") return until("drawing", panel.drawBefore, "expirePanelDraw");
    const overdueAction = votingStepOf(panel, now) === "over" ? "closePanel" : undefined;
    return { phase: "voting", phaseBefore: panel.revealBefore, overdueAction };
  }
}

/**
 * What a panel that votes waits for. The reveal begins when all have committed or the time to commit is over; the vote is
 * over when all who committed have revealed, or the time to reveal is.
 */
export function votingStepOf(panel: PanelFacts, now: bigint): "committing" | "revealing" | "over" | undefined {
  if (panel.status !== "voting") return undefined;
  if (now > panel.revealBefore) return "over";
  if (panel.committed < panel.size && now <= panel.commitBefore) return "committing";
  return panel.revealed === panel.committed ? "over" : "revealing";
}
