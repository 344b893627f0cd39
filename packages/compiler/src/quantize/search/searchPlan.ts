import { estimateConstraints } from "../estimate/estimateConstraints.ts";
import type { Calibrated, Calibration } from "../calibrate.ts";
import type { StepPlan } from "../plan.ts";
import { moved, rankedMoves, type Move } from "./moves.ts";

/** One point of the trade between the size of the circuit and its accuracy. */
export interface Candidate {
  readonly quantized: Calibrated;
  /** Exact, of the linked circuit. */
  readonly constraints: number;
  /** Steps with fewer bits than the standard. */
  readonly steps: Readonly<Record<string, Partial<StepPlan>>>;
}

export interface SearchOptions {
  readonly kinds: readonly (keyof StepPlan)[];
  /** Whether a candidate loses no more than the author allows. */
  readonly isAllowed: (quantized: Calibrated) => boolean;
  readonly onProgress?: ((progress: SearchProgress) => void) | undefined;
}

/** How far a search is: it first learns what each step's bits are worth, then tries circuits, `of` at most. */
export interface SearchProgress {
  readonly part: "steps" | "candidates";
  readonly done: number;
  readonly of: number;
}

/** Points of the curve that are tried before it is refined. */
const POINTS = 10;
const REFINEMENTS = 4;
const MORE_BITS = 7;

/**
 * Looks for the cheapest circuit that loses no more than is allowed: bits are taken where they save most for the error
 * that they add, as far along as is allowed. Every candidate that was made is told, the base first, ascending in what
 * was taken; the last allowed one is the answer.
 */
export function searchPlan(
  calibration: Calibration,
  base: Calibrated,
  { kinds, isAllowed, onProgress = () => {} }: SearchOptions,
): { readonly candidates: readonly Candidate[]; readonly best: Candidate } {
  const moves = rankedMoves(calibration, base, kinds, (done, of) => onProgress({ part: "steps", done, of }));
  const candidates = new Map<number, Candidate>([[0, candidateOf(base)]]);
  let done = 0;
  const tried = (taken: number): boolean => {
    onProgress({ part: "candidates", done: done++, of: POINTS + REFINEMENTS });
    const known = candidates.get(taken) ?? make(calibration, base, moves.slice(0, taken));
    if (known !== null) candidates.set(taken, known);
    return known !== null && isAllowed(known.quantized);
  };

  let [good, bad] = [0, moves.length + 1];
  for (const taken of points(moves)) {
    if (tried(taken)) good = taken;
    else {
      bad = taken;
      break;
    }
  }
  for (let k = 0; k < REFINEMENTS && bad - good > 1; k++) {
    const middle = Math.floor((good + bad) / 2);
    if (tried(middle)) good = middle;
    else bad = middle;
  }
  const ordered = [...candidates].sort(([a], [b]) => a - b);
  const allowed = ordered.filter(([taken]) => taken <= good).map(([, candidate]) => candidate);
  const best = allowed.reduce((least, next) => (next.constraints < least.constraints ? next : least));
  return { candidates: ordered.map(([, candidate]) => candidate), best };
}

/** How many moves to take: points at which the expected error has grown by like factors. */
function points(moves: readonly Move[]): number[] {
  const sums: number[] = [];
  moves.reduce((sum, { adds }) => (sums.push(sum + adds), sum + adds), 0);
  const last = sums.at(-1) ?? 0;
  const chosen = new Set<number>();
  for (let k = POINTS - 1; k >= 0; k--) {
    const target = last / 4 ** ((k * MORE_BITS) / (POINTS - 1));
    const taken = sums.findLastIndex((sum) => sum <= target * (1 + 1e-9)) + 1;
    if (taken > 0) chosen.add(taken);
  }
  return [...chosen].sort((a, b) => a - b);
}

function make(calibration: Calibration, base: Calibrated, moves: readonly Move[]): Candidate | null {
  const quantized = calibration.attempt(moved(base.plan, moves));
  return quantized === null ? null : candidateOf(quantized);
}

function candidateOf(quantized: Calibrated): Candidate {
  const { steps } = quantized.plan;
  return { quantized, constraints: estimateConstraints(quantized.model).total, steps };
}
