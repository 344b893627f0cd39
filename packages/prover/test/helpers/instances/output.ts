import { argmax, packOutputs, topK } from "@verimesh/core";
import { big, type TemplateInstance } from "./TemplateInstance.ts";

const scores = [
  [-500, 7, 500, 500],
  [500, 500, 500, 500],
  [-500, -500, -500, -499],
  [3, 2, 1, 0],
];

export const outputs: readonly TemplateInstance[] = [
  {
    name: "Argmax(4, -500, 500)",
    include: "output/Argmax.circom",
    body: "signal input y[4]; signal output index <== Argmax(4, -500, 500)(y);",
    cases: scores.map((y) => ({ inputs: { y: big(y) }, outputs: [BigInt(argmax(Int32Array.from(y)))] })),
  },
  ...[1, 3, 4].map((k) => ({
    name: `TopK(4, ${k}, -500, 500)`,
    include: "output/TopK.circom",
    body: `signal input y[4]; signal output index[${k}] <== TopK(4, ${k}, -500, 500)(y);`,
    cases: scores.map((y) => ({ inputs: { y: big(y) }, outputs: big(topK(Int32Array.from(y), k)) })),
  })),
  {
    name: "PackOutputs(26, 10, 500)",
    include: "output/PackOutputs.circom",
    body: "signal input y[26]; signal output words[2] <== PackOutputs(26, 10, 500)(y);",
    cases: [-500, 523, 0, 1].map((value) => {
      const y = Array.from({ length: 26 }, (_, i) => (i % 3 === 0 ? value : -value % 500));
      return { inputs: { y: big(y) }, outputs: packOutputs(y, { length: 26, bits: 10, offset: 500 }) };
    }),
  },
];
