import { VerimeshError } from "@verimesh/core";
import type { DecisionTree, FloatModel, FloatTrees, TreeLeaf } from "../../float/types.ts";
import { flattenTree, MAX_TREES, type OpenSplit } from "./flattenTree.ts";
import { nextFloat32, nextFloat64 } from "./nextFloat.ts";
import { refuseTrees } from "./treeModel.ts";

/** An operator's attributes by name: a number, a text, or a list; a tensor as the list of its elements. */
export type OnnxAttributes = Readonly<Record<string, number | string | readonly number[] | readonly string[]>>;

export interface OnnxTrees extends Pick<FloatTrees, "outputs" | "base" | "trees"> {
  /** What the operator applies to the scores. */
  readonly activation: FloatModel["droppedActivation"];
}

const MAX_OUTPUTS = 1024;
const ACTIVATIONS: Readonly<Record<string, FloatModel["droppedActivation"]>> = {
  NONE: "linear",
  SOFTMAX: "softmax",
  LOGISTIC: "sigmoid",
};

interface Ensemble {
  readonly features: number;
  readonly modes: readonly string[];
  readonly featureIds: readonly number[];
  readonly values: readonly number[];
  readonly whenTrue: readonly number[];
  readonly whenFalse: readonly number[];
  readonly isDouble: boolean;
  /** By `tree/node`. */
  readonly indexOf: ReadonlyMap<string, number>;
  readonly leaves: ReadonlyMap<string, TreeLeaf["contributions"]>;
}

/**
 * Reads `ai.onnx.ml` TreeEnsembleClassifier (versions 1 and 3) and TreeEnsembleRegressor. Thresholds are float32, or
 * float64 where they are given as tensors of doubles.
 *
 * A classifier of two classes whose leaves speak for one class only gives, as ONNX Runtime does, the scores `[1 − p, p]` if
 * all its weights are non-negative and nothing is applied to them, and otherwise one score, positive for the second class.
 *
 * @param features length of the input
 * @throws VerimeshError `MODEL_FILE_INVALID`; `LAYER_UNSUPPORTED` for branches on equality and other transforms
 */
export function treesFromOnnx(
  operator: "TreeEnsembleClassifier" | "TreeEnsembleRegressor",
  attributes: OnnxAttributes,
  features: number,
): OnnxTrees {
  const isClassifier = operator === "TreeEnsembleClassifier";
  const kind = isClassifier ? "class" : "target";
  const classes = isClassifier
    ? Math.max(labels(attributes).length, 1)
    : wholeNumber(attributes, "n_targets", 1, MAX_OUTPUTS);
  const transform = text(attributes, "post_transform", "NONE");
  if (!Object.hasOwn(ACTIVATIONS, transform))
    refuseTrees(`applies ${transform}`, `Supported are ${Object.keys(ACTIVATIONS).join(", ")}.`);
  const weights = numbers(attributes, `${kind}_weights`);
  const targets = numbers(attributes, `${kind}_ids`, weights.length);
  const isSingle = isClassifier && classes === 2 && new Set(targets).size <= 1;
  const isShare = isSingle && transform === "NONE" && weights.every((weight) => weight >= 0);
  const outputs = isSingle && !isShare ? 1 : classes;
  const treeIds = numbers(attributes, "nodes_treeids");
  const nodeIds = numbers(attributes, "nodes_nodeids", treeIds.length);
  const key = (tree: number, node: number) => `${tree}/${node}`;
  const indexOf = new Map(treeIds.map((tree, index) => [key(tree, nodeIds[index]!), index]));
  if (indexOf.size !== treeIds.length) invalid("nodes_nodeids", "names one node twice");
  const count = new Set(treeIds).size;
  const divisor = averageDivisor(attributes, count);
  const leaves = new Map<string, { output: number; value: number }[]>();
  const leafTrees = numbers(attributes, `${kind}_treeids`, weights.length);
  const leafNodes = numbers(attributes, `${kind}_nodeids`, weights.length);
  weights.forEach((weight, index) => {
    const target = targets[index]!;
    if (!Number.isInteger(target) || target < 0 || target >= classes) invalid(`${kind}_ids`, `names output ${target}`);
    const leaf = key(leafTrees[index]!, leafNodes[index]!);
    const value = weight / divisor;
    const contributions = isShare
      ? [
          { output: 0, value: -value },
          { output: 1, value },
        ]
      : [{ output: isSingle ? 0 : target, value }];
    leaves.set(leaf, [...(leaves.get(leaf) ?? []), ...contributions]);
  });
  if (count === 0 || count > MAX_TREES) invalid("nodes_treeids", `holds ${count} trees`);
  const { length } = treeIds;
  const ensemble: Ensemble = {
    features,
    modes: texts(attributes, "nodes_modes", length),
    featureIds: numbers(attributes, "nodes_featureids", length),
    values: numbers(attributes, "nodes_values", length),
    whenTrue: numbers(attributes, "nodes_truenodeids", length),
    whenFalse: numbers(attributes, "nodes_falsenodeids", length),
    isDouble: attributes["nodes_values_as_tensor"] !== undefined,
    indexOf,
    leaves,
  };
  return {
    outputs,
    base: baseValues(attributes, outputs, isShare),
    trees: readTrees(ensemble, treeIds, nodeIds),
    activation: ACTIVATIONS[transform]!,
  };
}

function readTrees(ensemble: Ensemble, treeIds: readonly number[], nodeIds: readonly number[]): DecisionTree[] {
  const trees = rootsOf(treeIds, nodeIds, ensemble).map(([tree, root]) => readTree(ensemble, tree, root));
  const reached = trees.reduce((sum, { nodes }) => sum + nodes.length, 0);
  if (reached !== treeIds.length) invalid("nodes_nodeids", "has nodes that no path reaches");
  return trees;
}

function readTree(ensemble: Ensemble, tree: number, root: number): DecisionTree {
  const { features, modes, featureIds, values, isDouble, indexOf, leaves } = ensemble;
  return flattenTree<number>(`Tree ${tree}`, root, (node): OpenSplit<number> | TreeLeaf => {
    const index = indexOf.get(`${tree}/${node}`) ?? invalid("nodes_nodeids", `lacks node ${node} of tree ${tree}`);
    const mode = modes[index]!;
    if (mode === "LEAF") return { kind: "leaf", contributions: leaves.get(`${tree}/${node}`) ?? [] };
    const feature = featureIds[index]!;
    if (!Number.isInteger(feature) || feature < 0 || feature >= features)
      invalid("nodes_featureids", `names feature ${feature}`);
    const value = isDouble ? values[index]! : Math.fround(values[index]!);
    const above = isDouble ? nextFloat64(value) : nextFloat32(value);
    const [whenTrue, whenFalse] = [ensemble.whenTrue[index]!, ensemble.whenFalse[index]!];
    if (mode === "BRANCH_LT") return { kind: "split", feature, threshold: value, left: whenTrue, right: whenFalse };
    if (mode === "BRANCH_LEQ") return { kind: "split", feature, threshold: above, left: whenTrue, right: whenFalse };
    if (mode === "BRANCH_GTE") return { kind: "split", feature, threshold: value, left: whenFalse, right: whenTrue };
    if (mode === "BRANCH_GT") return { kind: "split", feature, threshold: above, left: whenFalse, right: whenTrue };
    return refuseTrees(`branches by ${mode}`, "BRANCH_LT, BRANCH_LEQ, BRANCH_GT and BRANCH_GTE are supported.");
  });
}

/** Per tree its id and the node that is no other's child; trees in order of appearance. */
function rootsOf(
  treeIds: readonly number[],
  nodeIds: readonly number[],
  { modes, whenTrue, whenFalse }: Ensemble,
): [number, number][] {
  const children = new Set<string>();
  treeIds.forEach((tree, index) => {
    if (modes[index] === "LEAF") return;
    children.add(`${tree}/${whenTrue[index]!}`).add(`${tree}/${whenFalse[index]!}`);
  });
  const roots = new Map<number, number>();
  treeIds.forEach((tree, index) => {
    if (children.has(`${tree}/${nodeIds[index]!}`)) return;
    if (roots.has(tree)) invalid("nodes_nodeids", `has two roots in tree ${tree}`);
    roots.set(tree, nodeIds[index]!);
  });
  if (roots.size !== new Set(treeIds).size) invalid("nodes_nodeids", "has a tree without a root");
  return [...roots];
}

function averageDivisor(attributes: OnnxAttributes, trees: number): number {
  const aggregate = text(attributes, "aggregate_function", "SUM");
  if (aggregate === "SUM") return 1;
  return aggregate === "AVERAGE" ? trees : refuseTrees(`aggregates by ${aggregate}`, "SUM and AVERAGE are supported.");
}

function baseValues(attributes: OnnxAttributes, outputs: number, isShare: boolean): Float64Array {
  const given = attributes["base_values"] ?? attributes["base_values_as_tensor"];
  const values = given === undefined ? [] : numbers(attributes, "base_values");
  if (isShare) {
    // One base, or one per class of which the second counts.
    const base = values.at(-1) ?? 0;
    return Float64Array.of(1 - base, base);
  }
  if (values.length === 0) return new Float64Array(outputs);
  if (outputs === 1) return Float64Array.of(values.at(-1)!);
  if (values.length !== outputs) invalid("base_values", `has ${values.length} elements, not ${outputs}`);
  return Float64Array.from(values);
}

function labels(attributes: OnnxAttributes): readonly unknown[] {
  const list = attributes["classlabels_strings"] ?? attributes["classlabels_int64s"] ?? [];
  if (!Array.isArray(list) || list.length > MAX_OUTPUTS)
    invalid("classlabels", `is not a list of at most ${MAX_OUTPUTS}`);
  return list as readonly unknown[];
}

function numbers(attributes: OnnxAttributes, name: string, length?: number): readonly number[] {
  const list = attributes[name] ?? attributes[`${name}_as_tensor`] ?? [];
  const fits =
    Array.isArray(list) &&
    (length === undefined || list.length === length) &&
    (list as unknown[]).every((value) => typeof value === "number" && Number.isFinite(value));
  return fits ? (list as readonly number[]) : invalid(name, `is not a list of ${length ?? "finite"} numbers`);
}

function texts(attributes: OnnxAttributes, name: string, length: number): readonly string[] {
  const list = attributes[name];
  const fits =
    Array.isArray(list) && list.length === length && (list as unknown[]).every((item) => typeof item === "string");
  return fits ? (list as readonly string[]) : invalid(name, `is not a list of ${length} texts`);
}

function text(attributes: OnnxAttributes, name: string, otherwise: string): string {
  const value = attributes[name] ?? otherwise;
  return typeof value === "string" ? value : invalid(name, "is not a text");
}

function wholeNumber(attributes: OnnxAttributes, name: string, lo: number, hi: number): number {
  const value = attributes[name];
  const fits = typeof value === "number" && Number.isInteger(value) && value >= lo && value <= hi;
  return fits ? value : invalid(name, `is not a whole number from ${lo} to ${hi}`);
}

function invalid(attribute: string, fact: string): never {
  throw new VerimeshError(`The tree ensemble's ${attribute} ${fact}.`, { code: "MODEL_FILE_INVALID" });
}
