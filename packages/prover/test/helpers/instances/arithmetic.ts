import { range, type TemplateInstance } from "./TemplateInstance.ts";

export const arithmetic: readonly TemplateInstance[] = [
  {
    name: "UpperBits(8, 3)",
    include: "arithmetic/UpperBits.circom",
    body: "signal input in; signal output out[7] <== UpperBits(8, 3)(in);",
    cases: [-3, -2, 0, 124, 125, 252].map((value) => ({
      inputs: { in: BigInt(value) },
      outputs: Array.from({ length: 7 }, (_, i) => BigInt(((value + 3) >> (i + 1)) & 1)),
    })),
  },
  {
    // The lowest and the highest: from all of them together circom would solve the value and drop its wire.
    name: "Bits(4, 5)",
    include: "arithmetic/Bits.circom",
    body:
      "signal input value; signal upper[3] <== UpperBits(4, 5)(value); signal bits[4] <== Bits(4, 5)(value, upper); " +
      "signal output lowest <== bits[0]; signal output highest <== bits[3];",
    cases: range(-5, 10).map((value) => ({
      inputs: { value: BigInt(value) },
      outputs: [BigInt((value + 5) & 1), BigInt((value + 5) >> 3)],
    })),
  },
  {
    name: "Same()",
    include: "arithmetic/Same.circom",
    body: "signal input a; signal input b; Same()(a, b);",
    cases: [0n, 1n, -1n].map((value) => ({ inputs: { a: value, b: value }, outputs: [] })),
  },
  {
    name: "Keep(66)",
    include: "arithmetic/Keep.circom",
    body: "signal input value[66]; Keep(66)(value);",
    cases: [5n, -1n, 1n << 247n].map((value) => ({ inputs: { value: range(1, 66).map(() => value) }, outputs: [] })),
  },
];
