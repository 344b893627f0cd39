import { ALTERNATIVES } from "../../../packages/compiler/src/read/layers/readLayersModel.ts";
import { INSTEAD } from "../../../packages/compiler/src/read/onnx/operators/operators.ts";

/** What a reader or the quantizer refuses, and what it says comes nearest. */
export interface RefusedRow {
  readonly format: string;
  readonly names: readonly string[];
  readonly instead: string;
}

/** What is not a name that a reader looks up, but an option or a size. */
const OPTIONS: readonly (RefusedRow & { readonly test: readonly [file: string, name: string] })[] = [
  {
    format: "XGBoost",
    names: ["gblinear"],
    instead: "gbtree and dart are supported.",
    test: ["readXgboost.test.ts", "refuses what it cannot do exactly, with an alternative"],
  },
  {
    format: "XGBoost, LightGBM",
    names: ["categorical splits"],
    instead: "Encode categories as numbers, one per category, before training.",
    test: ["readLightgbm.test.ts", "refuses what it cannot do exactly, with an alternative"],
  },
  {
    format: "LightGBM",
    names: ["linear leaves", "zeros taken for missing"],
    instead: "Train with linear_tree=false and zero_as_missing=false.",
    test: ["readLightgbm.test.ts", "refuses what it cannot do exactly, with an alternative"],
  },
  {
    format: "XGBoost, LightGBM",
    names: ["objectives with a link other than sigmoid and softmax"],
    instead: "Train a squared error on the logarithm of counts and durations.",
    test: ["readXgboost.test.ts", "refuses what it cannot do exactly, with an alternative"],
  },
  {
    format: "ONNX-ML",
    names: ["branches on equality"],
    instead: "BRANCH_LT, BRANCH_LEQ, BRANCH_GT and BRANCH_GTE are supported.",
    test: ["onnxTrees.test.ts", "refuses what it cannot do exactly"],
  },
  {
    format: "any",
    names: ["an embedding of numbers that are not whole"],
    instead: "Give its input scale 1 and a whole offset.",
    test: ["encoder.test.ts", "refuse to look up numbers that are not whole, and tables of one row"],
  },
  {
    format: "any",
    names: ["a padded convolution over an input none of whose bytes means 0"],
    instead: "Give the input offset 0, or a multiple of its scale.",
    test: ["compileModel.test.ts", "a padded convolution over an input whose zero is not byte 0"],
  },
];

export const REFUSED_OPTIONS = OPTIONS;

/** Names with one alternative stand together. */
export function refusedNames(): RefusedRow[] {
  return [
    ...grouped("Layers", ALTERNATIVES),
    ...grouped("ONNX", INSTEAD),
    { format: "Layers, Graph, ONNX", names: ["anything else"], instead: "The error names it and lists what there is." },
  ];
}

function grouped(format: string, alternatives: Readonly<Record<string, string>>): RefusedRow[] {
  const byText = new Map<string, string[]>();
  for (const [name, text] of Object.entries(alternatives)) byText.set(text, [...(byText.get(text) ?? []), name]);
  return [...byText].map(([instead, names]) => ({ format, names, instead }));
}
