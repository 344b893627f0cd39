import { BN254_SCALAR_ORDER, packInput, poseidonCommitment } from "@verimesh/core";
import { big, type TemplateInstance } from "./TemplateInstance.ts";

const bytes = Uint8Array.from({ length: 32 }, (_, i) => [0, 255, 1, 254, 17][i % 5]!);
const words = Array.from({ length: 17 }, (_, i) => BN254_SCALAR_ORDER - 1n - BigInt(i) ** 9n);

export const commitments: readonly TemplateInstance[] = [
  {
    name: "PackBytes(32)",
    include: "commitments/PackBytes.circom",
    body:
      "signal input x[32]; signal output words[2]; signal output upper[7]; component pack = PackBytes(32); " +
      "pack.x <== x; words <== pack.words; upper <== pack.upper[31];",
    cases: [bytes, new Uint8Array(32), new Uint8Array(32).fill(255)].map((x) => ({
      inputs: { x: big(x) },
      outputs: [...packInput(x), ...Array.from({ length: 7 }, (_, j) => BigInt((x[31]! >> (j + 1)) & 1))],
    })),
  },
  {
    name: "PoseidonChain(17)",
    include: "commitments/PoseidonChain.circom",
    body: "signal input words[17]; signal output commitment <== PoseidonChain(17)(words);",
    cases: [{ inputs: { words }, outputs: [poseidonCommitment(words)] }],
  },
  {
    name: "SaltedCommitment(16)",
    include: "commitments/SaltedCommitment.circom",
    body: "signal input words[16]; signal input salt; signal output commitment <== SaltedCommitment(16)(words, salt);",
    cases: [0n, words[5]!].map((salt) => ({
      inputs: { words: words.slice(0, 16), salt },
      outputs: [poseidonCommitment([...words.slice(0, 16), salt])],
    })),
  },
];
