import { mismatch } from "./Findings.ts";
import { isBefore, latestOf, type Position } from "./events.ts";
import type { JobFacts } from "./JobFacts.ts";

/**
 * The event in whose block the draw of a round was opened: the job's request or its last try to draw, the challenge that
 * called the jury, or the vote of the round before, which decided nothing.
 *
 * @param index of the round, from 0
 */
export function panelOpenedBy({ requested, claim, rounds }: JobFacts, index: number): Position {
  const opening = index > 0 ? rounds[index - 1]?.closes[0] : (claim?.challenged[0] ?? requested[0]);
  return opening ?? mismatch("nothing opened the draw of the panel");
}

/** The event in whose block the candidates of a round's draw were taken; with `draw`, of the one that found them. */
export function panelDrawnFrom(facts: JobFacts, index: number, draw?: Position): Position {
  const opening = panelOpenedBy(facts, index);
  const later = facts.redrawn.filter((event) => !isBefore(event, opening) && (!draw || isBefore(event, draw)));
  return latestOf([opening, ...later]) ?? opening;
}
