import { bitLength, type Interval } from "@verimesh/core";
import type { SkeletonText } from "./SkeletonText.ts";

/** The bits of a wire's value, as `UpperBits(n, −lo)` gives them. */
export interface Decomposition {
  readonly bits: number;
  readonly lo: number;
  /** Text of the array of all bits but the lowest. */
  readonly upper: string;
}

/** Which wires have been decomposed, so that none is a second time: the input's bytes are from the start. */
export class Decompositions {
  private readonly text: SkeletonText;
  private readonly known = new Map<number, Decomposition>();

  /** @param packing name of the `PackBytes` component; `wires` are the input's */
  constructor(text: SkeletonText, packing: string, wires: readonly number[]) {
    this.text = text;
    wires.forEach((wire, i) => this.known.set(wire, { bits: 8, lo: 0, upper: `${packing}.upper[${i}]` }));
  }

  has(wire: number): boolean {
    return this.known.has(wire);
  }

  /** What it costs to have a wire's bits. */
  constraintsOf(wire: number, { lo, hi }: Interval): number {
    return this.has(wire) ? 0 : bitLength(hi - lo);
  }

  of(wire: number, interval: Interval): Decomposition {
    const known = this.known.get(wire);
    if (known !== undefined) return known;
    const bits = bitLength(interval.hi - interval.lo);
    const decomposition = { bits, lo: interval.lo, upper: `upper_${wire}` };
    this.text.include("arithmetic/UpperBits.circom");
    this.text.add(
      `signal upper_${wire}[${bits - 1}] <== UpperBits(${bits}, ${0 - interval.lo})(${this.text.signal(wire)});`,
    );
    this.known.set(wire, decomposition);
    return decomposition;
  }
}
