import type { Decompositions } from "./Decompositions.ts";
import type { Elements } from "./Elements.ts";
import type { SkeletonText } from "./SkeletonText.ts";

/** Where a non-linear node stands when its lines are written. */
export interface Place {
  readonly text: SkeletonText;
  /** Ends the names of what its lines declare: the node's number, counted from 1. */
  readonly id: number;
  /** What it consumes. */
  readonly sources: readonly Elements[];
  /** Its values, to be tied to them. */
  readonly values: Elements;
  /** Per wire the number of bits that a later node's decomposition confines its value to. */
  readonly enforced: ReadonlyMap<number, number>;
  readonly decompositions: Decompositions;
}

/** Ties a value to a constant, or to an expression that may be linear: quadratically, so that its wire stays. */
export function tieLinear({ text, values }: Place, index: number, expression: string | number): void {
  text.include("arithmetic/Same.circom");
  text.add(`Same()(${values.name(index)}, ${expression});`);
}

/** The indices for which `isWanted`, and the text of the j-th of them. */
export function indexList(
  { text, id }: Place,
  count: number,
  isWanted: (index: number) => boolean,
): { readonly indices: readonly number[]; readonly at: (j: string) => string } {
  const indices = Array.from({ length: count }, (_, index) => index).filter(isWanted);
  if (indices.length === count || indices.length === 0) return { indices, at: (j) => j };
  text.add(`var at_${id}[${indices.length}] = [${indices.join(", ")}];`);
  return { indices, at: (j) => `at_${id}[${j}]` };
}
