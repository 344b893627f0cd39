import { elementCount, isRearranging, nodeShapes } from "@verimesh/core";
import { decideByDefault } from "../../../packages/compiler/src/accuracy.ts";
import { FloatModelBuilder } from "../../../packages/compiler/src/float/FloatModelBuilder.ts";
import type { DecisionTree, FloatModel } from "../../../packages/compiler/src/float/types.ts";
import { estimateConstraints } from "../../../packages/compiler/src/quantize/estimate/estimateConstraints.ts";
import { Calibration } from "../../../packages/compiler/src/quantize/calibrate.ts";

/** A layer that becomes several nodes: how many elements of each kind, for one row of n or one tree of depth n. */
export interface Recipe {
  readonly text: string;
  readonly elements: (n: number) => Readonly<Record<string, number>>;
  readonly float: (n: number) => FloatModel;
  readonly examples: readonly number[];
}

const only = (shape: readonly number[], add: (builder: FloatModelBuilder) => number): FloatModel => {
  const builder = new FloatModelBuilder(shape);
  return builder.finish("recipe", add(builder));
};

const HEAD = "head";

/** A last softmax would be dropped. */
const headed = (builder: FloatModelBuilder, source: number, inputs: number): number =>
  builder.add({
    op: "dense",
    name: HEAD,
    source,
    inputs,
    units: 1,
    weights: new Float32Array(inputs).fill(1),
    bias: new Float32Array(1),
  });

/** Every split at a threshold of its own, every leaf another value. */
function fullTree(depth: number): DecisionTree {
  const splits = 2 ** depth - 1;
  return {
    nodes: Array.from({ length: 2 * splits + 1 }, (_, k) =>
      k < splits
        ? { kind: "split", feature: k, threshold: (k + 8.5) / 255, left: 2 * k + 1, right: 2 * k + 2 }
        : { kind: "leaf", contributions: [{ output: 0, value: k + 1 }] },
    ),
  };
}

export const RECIPES = {
  softmax: {
    text: "row of n: max of n + n rows + 1 row + (n + 1) tables + n products + (n + 1) rescales",
    elements: (n) => ({ maxPool2d: 1, combine: n, lookup: n + 1, sumPool2d: 1, requantize: n + 1, multiply: n }),
    float: (n) => only([n], (b) => headed(b, b.add({ op: "softmax", name: "softmax", source: 0 }), n)),
    examples: [3, 4, 8],
  },
  layerNorm: {
    text: "row of n: (n + 2) rows + 2n products + (n + 2) rescales + 1 table; n rows more where a gain is below 0, 1 row where n is no power of 2",
    elements: (n) => ({
      sumPool2d: 2,
      combine: Number.isInteger(Math.log2(n)) ? n : n + 1,
      requantize: n + 2,
      multiply: 2 * n,
      lookup: 1,
    }),
    float: (n) =>
      only([n], (b) =>
        b.add({
          op: "layerNorm",
          name: "norm",
          source: 0,
          gamma: new Float32Array(n).fill(1),
          beta: new Float32Array(n),
          epsilon: 1e-3,
        }),
      ),
    examples: [3, 4, 8],
  },
  trees: {
    text: "full tree of depth d with thresholds of its own: (2^d − 1) bits + (3 · 2^(d−1) − 2) rows + (2^(d−1) − 1) products, and 1 row a score. A bit costs 1, and what telling the thresholds of one feature apart shares",
    elements: (d) => ({
      atLeast: 2 ** d - 1,
      combine: 3 * 2 ** (d - 1) - 2,
      ...(d > 1 && { multiply: 2 ** (d - 1) - 1 }),
      dense: 1,
    }),
    float: (d) =>
      only([2 ** d - 1], (b) =>
        b.add({ op: "trees", name: "trees", source: 0, outputs: 1, base: Float64Array.of(0), trees: [fullTree(d)] }),
      ),
    examples: [1, 2, 4],
  },
} as const satisfies Readonly<Record<string, Recipe>>;

export type RecipeName = keyof typeof RECIPES;

/** What a recipe's example becomes. */
export interface RecipeCount {
  readonly elements: Readonly<Record<string, number>>;
  readonly constraints: number;
}

/** Elements of each kind that the quantizer makes of a recipe's float model. Needs an active TensorFlow.js backend. */
export function countRecipe(name: RecipeName, n: number): RecipeCount {
  const float = RECIPES[name].float(n);
  const inputs = elementCount(float.inputShape);
  const samples = Array.from({ length: 40 }, (_, run) =>
    Float32Array.from({ length: inputs }, (__, i) => ((run * 37 + i * 101) % 256) / 255),
  );
  const { model } = new Calibration(float, samples, decideByDefault, {
    output: { kind: "scores" },
    hides: "nothing",
    inputEncoding: { shape: float.inputShape, scale: [1 / 255], offset: [0] },
  }).quantize({
    rule: "max",
    correctsBias: false,
    standard: { weightBits: 8, activationBits: 8 },
    steps: {},
  });
  const shapes = nodeShapes(model);
  const costs = estimateConstraints(model).nodes;
  const elements: Record<string, number> = {};
  let constraints = 0;
  model.nodes.forEach((node, k) => {
    if (isRearranging(node) || node.name === HEAD) return;
    elements[node.kind] = (elements[node.kind] ?? 0) + elementCount(shapes[k + 1]!);
    constraints += costs[k]!;
  });
  return { elements, constraints };
}
