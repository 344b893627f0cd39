import { bitLength, type AtLeastNode, type Interval } from "@verimesh/core";
import { cheapestSplit } from "../../skeleton/cheapestSplit.ts";

/**
 * Constraints of all thresholds of a node: those of one wire share its bits, and the input's bytes have theirs already.
 *
 * @param decomposed wires whose bits exist; grows
 */
export function atLeastCost(
  node: AtLeastNode,
  wires: Int32Array,
  intervalOf: (index: number) => Interval,
  decomposed: Set<number>,
  isByte: (wire: number) => boolean,
): number {
  const byWire = new Map<number, { interval: Interval; thresholds: Set<number> }>();
  let cost = 0;
  wires.forEach((wire, index) => {
    const threshold = node.thresholds[index % node.thresholds.length]!;
    const interval = intervalOf(index);
    const known = byWire.get(wire);
    if (threshold <= interval.lo || threshold > interval.hi || known?.thresholds.has(threshold)) cost++;
    else if (known === undefined) byWire.set(wire, { interval, thresholds: new Set([threshold]) });
    else known.thresholds.add(threshold);
  });
  for (const [wire, { interval, thresholds }] of byWire) {
    const { lo, hi } = interval;
    if (hi - lo === 1) {
      cost++;
      continue;
    }
    const isKnown = decomposed.has(wire);
    const [bits, start] = isKnown && isByte(wire) ? [8, 0] : [bitLength(hi - lo), lo];
    const list = [...thresholds].sort((a, b) => a - b);
    const shared = cheapestSplit(
      bits,
      list.map((threshold) => threshold - start),
    ).constraints;
    const all = shared + (isKnown ? 0 : bitLength(hi - lo));
    const alone = list.reduce((sum, threshold) => sum + bitLength(Math.max(hi - threshold, threshold - lo - 1)) + 1, 0);
    if (alone >= all) decomposed.add(wire);
    cost += Math.min(alone, all);
  }
  return cost;
}
