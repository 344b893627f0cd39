import type { CircuitInputs } from "@verimesh/core";

/** One instance of a template as the tests and the constraint baseline take it. */
export interface TemplateInstance {
  readonly name: string;
  readonly include: string;
  /** Body of main: the template's inputs are private, its outputs public. */
  readonly body: string;
  /** Inputs at the edges and within, with the outputs that the reference gives. */
  readonly cases: readonly { readonly inputs: CircuitInputs; readonly outputs: readonly bigint[] }[];
}

export const big = (values: ArrayLike<number>): bigint[] => Array.from(values, BigInt);

/** The integers from `from` to `to`, inclusive. */
export const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
