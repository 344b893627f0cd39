import { type AtLeastNode, bitLength, type Interval } from "@verimesh/core";
import { cheapestSplit } from "./cheapestSplit.ts";
import { type Place, tieLinear } from "./Place.ts";

/** What a node asks of one wire. */
interface Questions {
  readonly wire: number;
  readonly signal: string;
  readonly interval: Interval;
  /** By threshold, ascending once all are there: the values that say whether it is reached. */
  readonly asked: Map<number, number[]>;
}

/** All thresholds of one wire share its bits. */
export function writeAtLeast(node: AtLeastNode, place: Place): void {
  const { values } = place;
  const source = place.sources[0]!;
  const byWire = new Map<number, Questions>();
  for (let index = 0; index < values.length; index++) {
    const threshold = node.thresholds[index % node.thresholds.length]!;
    const wire = source.wire(index);
    const constant = source.constant(index);
    const interval = constant === null ? source.interval(index) : { lo: constant, hi: constant };
    if (threshold <= interval.lo || threshold > interval.hi) {
      tieLinear(place, index, threshold <= interval.lo ? 1 : 0);
      continue;
    }
    const questions = byWire.get(wire) ?? {
      wire,
      signal: source.name(index),
      interval,
      asked: new Map<number, number[]>(),
    };
    byWire.set(wire, questions);
    const same = questions.asked.get(threshold);
    if (same === undefined) questions.asked.set(threshold, [index]);
    else tieLinear(place, index, values.name(same[0]!));
  }
  for (const questions of byWire.values()) writeQuestions(place, questions);
}

function writeQuestions(place: Place, { wire, signal, interval, asked }: Questions): void {
  const { text, id, values, decompositions } = place;
  const thresholds = [...asked.keys()].sort((a, b) => a - b);
  if (interval.hi - interval.lo === 1) {
    tieLinear(place, asked.get(interval.hi)![0]!, `${signal} - (${interval.lo})`);
    return;
  }
  // Bits that exist already may start elsewhere than this interval does.
  const known = decompositions.has(wire) ? decompositions.of(wire, interval) : null;
  const { bits, lo } = known ?? { bits: bitLength(interval.hi - interval.lo), lo: interval.lo };
  const shared = cheapestSplit(
    bits,
    thresholds.map((threshold) => threshold - lo),
  );
  const alone = thresholds.map((threshold) => comparisonBits(threshold, interval));
  if (alone.reduce((sum, next) => sum + next, 0) < shared.constraints + decompositions.constraintsOf(wire, interval)) {
    thresholds.forEach((threshold, i) => {
      const bit = alone[i]! - 1;
      const upper = `over_${id}_${asked.get(threshold)![0]!}`;
      text.include("arithmetic/UpperBits.circom");
      text.add(
        `signal ${upper}[${bit}] <== UpperBits(${bit + 1}, ${2 ** bit - threshold})(${signal});`,
        `${values.name(asked.get(threshold)![0]!)} === ${upper}[${bit - 1}];`,
      );
    });
    return;
  }
  const { upper } = decompositions.of(wire, interval);
  const list = thresholds.map((threshold) => threshold - lo).join(", ");
  const name = `reached_${id}_${wire}`;
  text.include("arithmetic/Bits.circom", "comparisons/Thresholds.circom");
  text.add(
    `signal ${name}[${thresholds.length}] <== Thresholds(${bits}, ${shared.split}, ${thresholds.length}, [${list}])(`,
    `    Bits(${bits}, ${0 - lo})(${signal}, ${upper}));`,
    ...thresholds.map((threshold, i) => `${values.name(asked.get(threshold)![0]!)} === ${name}[${i}];`),
  );
}

/** Bits of value − threshold + 2^(bits − 1), the top one of which says whether value ≥ threshold. At least 2. */
function comparisonBits(threshold: number, { lo, hi }: Interval): number {
  return bitLength(Math.max(hi - threshold, threshold - lo - 1)) + 1;
}
