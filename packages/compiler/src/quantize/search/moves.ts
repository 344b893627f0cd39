import { estimateConstraints } from "../estimate/estimateConstraints.ts";
import type { Calibrated, Calibration } from "../calibrate.ts";
import type { QuantizationPlan, StepPlan } from "../plan.ts";

/** One bit less for one step. */
export interface Move {
  readonly step: string;
  readonly what: keyof StepPlan;
  /** Bits after the move. */
  readonly bits: number;
  /** Constraints that it is expected to save, and what it is expected to add to the squared error. */
  readonly saves: number;
  readonly adds: number;
}

const LEAST_BITS = { weightBits: 2, activationBits: 3 } as const;
/** Sensitivity is measured at so many bits less than the standard. */
const PROBED = 3;

/**
 * All moves, those first that save most for what they add. Each step is sketched once with three bits less; rounding
 * noise is four times as large, squared, for each bit.
 *
 * @param onProgress told before each step how many have been sketched, of how many
 */
export function rankedMoves(
  calibration: Calibration,
  { plan }: Calibrated,
  kinds: readonly (keyof StepPlan)[],
  onProgress: (done: number, all: number) => void = () => {},
): Move[] {
  const base = calibration.sketch(plan);
  if (base === null) return [];
  const cost = estimateConstraints(base.model).total;
  const moves: Move[] = [];
  const steps = calibration.steps();
  for (const [k, step] of steps.entries()) {
    onProgress(k, steps.length);
    for (const what of kinds) {
      const standard = base.plan.standard[what];
      const probed = Math.max(LEAST_BITS[what], standard - PROBED);
      const probe = calibration.sketch(withBits(base.plan, step, what, probed));
      if (probe === null) continue;
      const saved = (cost - estimateConstraints(probe.model).total) / (standard - probed);
      if (saved <= 0) continue;
      const noise = Math.max(0, probe.error ** 2 - base.error ** 2) / (4 ** (standard - probed) - 1);
      for (let bits = standard - 1; bits >= LEAST_BITS[what]; bits--) {
        moves.push({ step, what, bits, saves: saved, adds: 3 * 4 ** (standard - bits - 1) * noise + 1e-12 });
      }
    }
  }
  return moves.sort((a, b) => b.saves / b.adds - a.saves / a.adds || b.bits - a.bits);
}

/** The plan after moves. */
export function moved(plan: QuantizationPlan, moves: readonly Move[]): QuantizationPlan {
  return moves.reduce((next, { step, what, bits }) => withBits(next, step, what, bits), plan);
}

function withBits(plan: QuantizationPlan, step: string, what: keyof StepPlan, bits: number): QuantizationPlan {
  return { ...plan, steps: { ...plan.steps, [step]: { ...plan.steps[step], [what]: bits } } };
}
