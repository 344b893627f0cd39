import type { Interval } from "@verimesh/core";
import type { DecisionTree, FloatTrees } from "../../../float/types.ts";

/** What one tree adds to one score, as a function of bits: shared wherever two are equal. */
export type Expression = Constant | Choice;

export interface Constant {
  readonly kind: "constant";
  readonly id: number;
  /** Real. */
  readonly value: number;
}

/** `right` where the bit is 1, `left` where it is 0; they differ. */
export interface Choice {
  readonly kind: "choice";
  readonly id: number;
  readonly bit: number;
  readonly left: Expression;
  readonly right: Expression;
  /** 1 over two constants. */
  readonly height: number;
}

/** Bit: whether the integer of a feature is at least the threshold. */
export interface Threshold {
  readonly feature: number;
  readonly integer: number;
}

export interface Forest {
  readonly thresholds: readonly Threshold[];
  /** Every choice once, lower ones first. */
  readonly choices: readonly Choice[];
  /** Per score the expressions whose sum it is. */
  readonly scores: readonly (readonly Expression[])[];
}

/** How a feature's integers read: all that they can be, and the real that each stands for, growing. */
export interface FeatureReading {
  readonly interval: Interval;
  realOf(integer: number): number;
}

/** Turns trees over reals into choices over bits: `x < t` as the integers know it, what cannot happen left out. */
export function readForest({ trees, outputs }: FloatTrees, readingOf: (feature: number) => FeatureReading): Forest {
  return new ForestReader(readingOf).read(trees, outputs);
}

class ForestReader {
  private readonly readingOf: (feature: number) => FeatureReading;
  private readonly thresholds: Threshold[] = [];
  private readonly bits = new Map<string, number>();
  private readonly known = new Map<string, Expression>();
  private readonly choices: Choice[] = [];
  private readonly cuts = new Map<string, number>();

  constructor(readingOf: (feature: number) => FeatureReading) {
    this.readingOf = readingOf;
  }

  read(trees: readonly DecisionTree[], outputs: number): Forest {
    const scores = Array.from({ length: outputs }, (_, output) =>
      trees.filter((tree) => touches(tree, output)).map((tree) => this.expression(tree, 0, output, new Map())),
    );
    return { thresholds: this.thresholds, choices: this.choices, scores };
  }

  private expression(
    tree: DecisionTree,
    index: number,
    output: number,
    intervals: ReadonlyMap<number, Interval>,
  ): Expression {
    const node = tree.nodes[index]!;
    if (node.kind === "leaf") {
      const value = node.contributions.reduce((sum, part) => sum + (part.output === output ? part.value : 0), 0);
      return this.remember(`= ${value}`, (id) => ({ kind: "constant", id, value }));
    }
    const { feature } = node;
    const interval = intervals.get(feature) ?? this.readingOf(feature).interval;
    const cut = this.cutOf(feature, node.threshold);
    if (cut <= interval.lo) return this.expression(tree, node.right, output, intervals);
    if (cut > interval.hi) return this.expression(tree, node.left, output, intervals);
    const within = (narrower: Interval) => new Map([...intervals, [feature, narrower]]);
    const left = this.expression(tree, node.left, output, within({ lo: interval.lo, hi: cut - 1 }));
    const right = this.expression(tree, node.right, output, within({ lo: cut, hi: interval.hi }));
    if (left === right) return left;
    const bit = this.bitOf(feature, cut);
    return this.remember(`${bit} ? ${right.id} : ${left.id}`, (id) => {
      const choice: Choice = {
        kind: "choice",
        id,
        bit,
        left,
        right,
        height: 1 + Math.max(heightOf(left), heightOf(right)),
      };
      this.choices.push(choice);
      return choice;
    });
  }

  /** The lowest integer whose real is not below the threshold; one past the last if there is none. */
  private cutOf(feature: number, threshold: number): number {
    const key = `${feature} ${threshold}`;
    const seen = this.cuts.get(key);
    if (seen !== undefined) return seen;
    const reading = this.readingOf(feature);
    let cut = reading.interval.lo;
    while (cut <= reading.interval.hi && reading.realOf(cut) < threshold) cut++;
    this.cuts.set(key, cut);
    return cut;
  }

  private bitOf(feature: number, integer: number): number {
    const key = `${feature} ${integer}`;
    const seen = this.bits.get(key);
    if (seen !== undefined) return seen;
    this.bits.set(key, this.thresholds.length);
    return this.thresholds.push({ feature, integer }) - 1;
  }

  private remember(key: string, make: (id: number) => Expression): Expression {
    const seen = this.known.get(key);
    if (seen !== undefined) return seen;
    const made = make(this.known.size);
    this.known.set(key, made);
    return made;
  }
}

export function heightOf(expression: Expression): number {
  return expression.kind === "constant" ? 0 : expression.height;
}

function touches(tree: DecisionTree, output: number): boolean {
  return tree.nodes.some((node) => node.kind === "leaf" && node.contributions.some((part) => part.output === output));
}
