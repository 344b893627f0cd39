import type { IntegerModel, ModelNode, OutputRule } from "@verimesh/core";

/** A node without its name, which is its place. */
type Draft<Node = ModelNode> = Node extends ModelNode ? Omit<Node, "name"> : never;

/** A model of these nodes over so many bytes. */
export function modelOf(
  inputs: number | readonly number[],
  drafts: readonly Draft[],
  output: OutputRule = { kind: "scores" },
): IntegerModel {
  return {
    format: "verimesh-integer-model/2",
    inputShape: typeof inputs === "number" ? [inputs] : inputs,
    nodes: drafts.map((draft, k) => ({ ...draft, name: `node ${k + 1}` })),
    output,
    hides: "nothing",
  };
}

/** Sums of B bits, one per byte: half of their integers below 0, and none that a shift rounds up to one bit more. */
export function sumsOf(bits: number, shift = 0): Draft {
  const multiplier = Math.floor((2 ** bits - 1 - 2 ** shift) / 255);
  return {
    kind: "combine",
    sources: [0],
    multipliers: [Int32Array.of(multiplier)],
    bias: Int32Array.of(-(2 ** (bits - 1))),
  };
}

/** The highest bits of each byte. */
export function bitsOfBytes(bits: number): Draft {
  return { kind: "requantize", source: 0, shifts: [8 - bits], lo: 0, hi: 2 ** bits - 1 };
}
