import {
  bitLength,
  elementCount,
  nodeShapes,
  outputPackingOf,
  outputWordCount,
  type IntegerModel,
} from "@verimesh/core";
import { estimateConstraints } from "../../../packages/compiler/src/quantize/estimate/estimateConstraints.ts";
import { bitsOfBytes, modelOf, sumsOf } from "./models.ts";

type Sizes = Readonly<Record<string, number>>;

/** What something costs, as people read it, as a function, and as models in which it is counted. */
export interface Formula {
  readonly text: string;
  readonly where: string;
  /** Of one element of the result. */
  readonly evaluate: (sizes: Sizes) => number;
  /** A model whose last node costs this. */
  readonly model: (sizes: Sizes) => IntegerModel;
  /** Three or more; the last is the example of the page. */
  readonly examples: readonly Sizes[];
  /** The constraints that the formula is about, of the whole model; those of the last node per element if not told. */
  readonly count?: (model: IntegerModel) => number;
}

/** As many field elements' bits as `PackedMatMul.circom` fills. */
const PACKED_BITS = 250;

const lastNodePerElement = (model: IntegerModel): number =>
  estimateConstraints(model).nodes.at(-1)! / elementCount(nodeShapes(model).at(-1)!);

const packing = (model: IntegerModel): number => {
  const rule = outputPackingOf(model);
  return rule.length * rule.bits + outputWordCount(rule);
};

const besidesPacking = (model: IntegerModel): number => estimateConstraints(model).output - packing(model);

/** Entries that no polynomial of a lower degree runs through. */
const roughTable = (entries: number) => Int32Array.from({ length: entries }, (_, x) => (x * x * 7919 + 31 * x) % 1009);

const scoresOf = (scores: number, bits: number, output: IntegerModel["output"]) =>
  modelOf(scores, [sumsOf(bits)], output);

export const FORMULAS = {
  row: {
    text: "1",
    where: "one linked row, however many inputs and weights it sums",
    evaluate: () => 1,
    model: ({ inputs = 0, units = 0 }) =>
      modelOf(inputs, [
        {
          kind: "dense",
          source: 0,
          inputs,
          units,
          weights: Int8Array.from({ length: inputs * units }, (_, i) => (i % 255) - 127),
          bias: new Int32Array(units),
        },
      ]),
    examples: [
      { inputs: 2, units: 3 },
      { inputs: 9, units: 1 },
      { inputs: 64, units: 10 },
    ],
  },
  shift: {
    text: "B",
    where:
      "a rescaling that cannot saturate: B bits of the sum's proven interval, rounding included, of which s > 0 are shifted out",
    evaluate: ({ B = 0 }) => B,
    model: ({ B = 0, s = 0 }) =>
      modelOf(2, [
        sumsOf(B, s),
        { kind: "requantize", source: 1, shifts: [s], lo: -(2 ** (B - s - 1)), hi: 2 ** (B - s - 1) },
      ]),
    examples: [
      { B: 10, s: 2 },
      { B: 13, s: 7 },
      { B: 16, s: 8 },
    ],
  },
  rescale: {
    text: "B + 2",
    where: "a rescaling or ReLU that can saturate, to 2^a integers, B > s + a + 1; 1 less where B = s + a + 1",
    evaluate: ({ B = 0, s = 0, a = 0 }) => B + (B === s + a + 1 ? 1 : 2),
    model: ({ B = 0, s = 0, a = 0 }) =>
      modelOf(2, [sumsOf(B, s), { kind: "requantize", source: 1, shifts: [s], lo: 0, hi: 2 ** a - 1 }]),
    examples: [
      { B: 12, s: 0, a: 8 },
      { B: 16, s: 7, a: 8 },
      { B: 19, s: 4, a: 6 },
      { B: 16, s: 6, a: 8 },
    ],
  },
  clip: {
    text: "B + a + 4",
    where: "a clip from 0 to a bound that is no power of 2 less 1, of a bits, B > s + a + 1",
    evaluate: ({ B = 0, a = 0 }) => B + a + 4,
    model: ({ B = 0, s = 0, a = 0 }) =>
      modelOf(2, [sumsOf(B, s), { kind: "requantize", source: 1, shifts: [s], lo: 0, hi: 2 ** a - 2 }]),
    examples: [
      { B: 12, s: 0, a: 8 },
      { B: 19, s: 4, a: 6 },
      { B: 16, s: 6, a: 8 },
    ],
  },
  table: {
    text: "min over l of ⌈(t − 1) / (2^l − 1)⌉ + l + 2^(l−1) − 3",
    where: "a table of t entries that its input can reach; less where a polynomial of low degree gives them",
    evaluate: ({ t = 0 }) =>
      Math.min(...[1, 2, 3, 4, 5, 6, 7, 8].map((l) => Math.ceil((t - 1) / (2 ** l - 1)) + l + 2 ** (l - 1) - 3)),
    model: ({ t = 0 }) =>
      modelOf(2, [
        { kind: "requantize", source: 0, shifts: [0], lo: 0, hi: t - 1 },
        { kind: "lookup", source: 1, lo: 0, table: roughTable(t) },
      ]),
    examples: [{ t: 16 }, { t: 100 }, { t: 200 }, { t: 256 }],
  },
  max: {
    text: "min((n − 1)(b + 2), n(b + 1) − 1)",
    where: "the largest of n, no further apart than b bits",
    evaluate: ({ n = 0, b = 0 }) => Math.min((n - 1) * (b + 2), n * (b + 1) - 1),
    model: ({ n = 0, b = 0 }) =>
      modelOf([1, 2 * n, 1], [bitsOfBytes(b), { kind: "maxPool2d", source: 1, window: [1, n], strides: [1, n] }]),
    examples: [
      { n: 2, b: 3 },
      { n: 16, b: 8 },
      { n: 9, b: 5 },
      { n: 4, b: 8 },
    ],
  },
  product: {
    text: "1",
    where: "a product of two values; one for ⌊250 / B⌋ of them where they share a factor and are rescaled, from B bits",
    evaluate: () => 1,
    model: ({ count = 0 }) =>
      modelOf(2 * count, [
        { kind: "slice", source: 0, begin: [0], size: [count], strides: [1] },
        { kind: "slice", source: 0, begin: [count], size: [count], strides: [1] },
        { kind: "multiply", sources: [1, 2] },
      ]),
    examples: [{ count: 1 }, { count: 5 }, { count: 12 }],
  },
  matrix: {
    text: "k · ⌈m / ⌊250 / B⌋⌉ / m",
    where:
      "a matrix product of m rows over k terms that is rescaled, from B bits; k where it is not; m and the columns may swap",
    evaluate: ({ m = 0, k = 0, B = 0 }) => (k * Math.ceil(m / Math.floor(PACKED_BITS / B))) / m,
    // Bytes times bytes, k of them: B bits.
    model: ({ m = 0, k = 0, B = 0 }) =>
      modelOf(
        [2 * m, k],
        [
          { kind: "slice", source: 0, begin: [0, 0], size: [m, k], strides: [1, 1] },
          { kind: "slice", source: 0, begin: [m, 0], size: [m, k], strides: [1, 1] },
          { kind: "transpose", source: 2, permutation: [1, 0] },
          { kind: "matMul", sources: [1, 3] },
          { kind: "requantize", source: 4, shifts: [B - 8], lo: 0, hi: 255 },
        ],
        { kind: "argmax" },
      ),
    examples: [
      { m: 2, k: 3, B: 18 },
      { m: 16, k: 4, B: 18 },
      { m: 8, k: 16, B: 20 },
    ],
    count: (model) => estimateConstraints(model).nodes[3]! / elementCount(nodeShapes(model)[4]!),
  },
  oneHot: {
    text: "r + 1",
    where: "the number of one of r rows; a token's row itself is linked: 1 an element",
    evaluate: ({ r = 0 }) => r + 1,
    model: ({ r = 0 }) =>
      modelOf(2, [
        { kind: "requantize", source: 0, shifts: [0], lo: 0, hi: r - 1 },
        { kind: "oneHot", source: 1, lo: 0, size: r },
      ]),
    examples: [{ r: 2 }, { r: 100 }, { r: 32 }],
    count: (model) => estimateConstraints(model).nodes[1]! / 2,
  },
  scores: {
    text: "b",
    where: "a raw score whose interval has b bits, packed into the answer's words; besides, 1 a word",
    evaluate: ({ b = 0 }) => b,
    model: ({ n = 0, b = 0 }) => scoresOf(n, b, { kind: "scores" }),
    examples: [
      { n: 1, b: 12 },
      { n: 7, b: 9 },
      { n: 10, b: 20 },
    ],
    count: (model) => {
      const { length, bits } = outputPackingOf(model);
      return (estimateConstraints(model).output - outputWordCount({ length, bits })) / length;
    },
  },
  argmax: {
    text: "(n − 1)(b + 3) − 1",
    where: "the whole answer: the index of the largest of n scores whose interval has b bits",
    evaluate: ({ n = 0, b = 0 }) => (n - 1) * (b + 3) - 1,
    model: ({ n = 0, b = 0 }) => scoresOf(n, b, { kind: "argmax" }),
    examples: [
      { n: 2, b: 12 },
      { n: 5, b: 9 },
      { n: 10, b: 20 },
    ],
    count: besidesPacking,
  },
  topK: {
    text: "n(k + w) + (k − 1)w, w = b + bits of n − 1",
    where: "the whole answer: the k largest of n scores whose interval has b bits, with their indices",
    evaluate: ({ n = 0, k = 0, b = 0 }) => {
      const w = b + bitLength(n - 1);
      return n * (k + w) + (k - 1) * w;
    },
    model: ({ n = 0, k = 0, b = 0 }) => scoresOf(n, b, { kind: "topK", k }),
    examples: [
      { n: 4, k: 1, b: 12 },
      { n: 6, k: 2, b: 9 },
      { n: 10, k: 3, b: 20 },
    ],
    count: besidesPacking,
  },
  input: {
    text: "8",
    where:
      "a byte of the input; besides, for each 31 bytes, one, and about 60 for the commitment where there are more than 124",
    evaluate: () => 8,
    model: ({ bytes = 0 }) => modelOf(bytes, [sumsOf(9)]),
    examples: [{ bytes: 1 }, { bytes: 31 }, { bytes: 100 }],
    count: (model) => {
      const bytes = elementCount(model.inputShape);
      // Beside the bytes: their words, and what ties the last layer's sums.
      return (estimateConstraints(model).input - Math.ceil(bytes / 31) - 1) / bytes;
    },
  },
} as const satisfies Readonly<Record<string, Formula>>;

export type FormulaName = keyof typeof FORMULAS;

/** The constraints that an example has: those that a compiled circuit has, see `constraintEstimate.test.ts`. */
export function measure(name: FormulaName, sizes: Sizes): number {
  const { model, count }: Formula = FORMULAS[name];
  return (count ?? lastNodePerElement)(model(sizes));
}
