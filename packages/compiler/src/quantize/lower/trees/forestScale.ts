import type { Interval } from "@verimesh/core";
import type { Choice, Expression, Forest } from "./forest.ts";

/** How finely leaves are told apart: the largest score is about so many steps. */
const SCORE_LEVELS = 2 ** 20;
/** Sums stay below half of what float32 adds exactly, so that rounding leaves cannot reach it. */
const LARGEST_SUM = 2 ** 23;

/**
 * What one integer step of a leaf stands for: as fine as `SCORE_LEVELS`, coarser where the interval arithmetic of
 * `left + bit · (right − left)`, which does not know that both mention one `left`, would leave 2^23.
 */
export function forestScale(forest: Forest, base: Float64Array): number {
  const intervals = new Map<Expression, Interval>();
  let reach = 1e-30;
  for (const choice of [...forest.choices].sort((a, b) => a.height - b.height)) {
    const { interval, sum } = choiceInterval(choice, (expression) => intervalOf(expression, intervals));
    intervals.set(choice, interval);
    reach = Math.max(reach, sum);
  }
  let largest = 1e-30;
  forest.scores.forEach((parts, output) => {
    let [sum, least] = [Math.abs(base[output] ?? 0), Math.abs(base[output] ?? 0)];
    for (const part of parts) {
      sum += magnitude(intervalOf(part, intervals));
      least += leafMagnitude(part);
    }
    reach = Math.max(reach, sum);
    largest = Math.max(largest, least);
  });
  return Math.max(largest / SCORE_LEVELS, reach / LARGEST_SUM);
}

function choiceInterval({ left, right, height }: Choice, of: (expression: Expression) => Interval) {
  const [l, r] = [of(left), of(right)];
  const exact = { lo: Math.min(l.lo, r.lo), hi: Math.max(l.hi, r.hi) };
  const [low, high] = [r.lo - l.hi, r.hi - l.lo];
  const sum = Math.max(Math.abs(low), Math.abs(high), magnitude(l) + magnitude(r)) + magnitude(l);
  if (height === 1) return { interval: exact, sum };
  return { interval: { lo: l.lo + Math.min(0, low), hi: l.hi + Math.max(0, high) }, sum };
}

function intervalOf(expression: Expression, intervals: ReadonlyMap<Expression, Interval>): Interval {
  if (expression.kind === "constant") return { lo: expression.value, hi: expression.value };
  return intervals.get(expression)!;
}

function leafMagnitude(expression: Expression): number {
  if (expression.kind === "constant") return Math.abs(expression.value);
  return Math.max(leafMagnitude(expression.left), leafMagnitude(expression.right));
}

function magnitude({ lo, hi }: Interval): number {
  return Math.max(Math.abs(lo), Math.abs(hi));
}
