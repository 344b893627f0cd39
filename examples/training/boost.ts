import { Random } from "@verimesh/core";
import type { Sample } from "./types.ts";

export interface BoostOptions {
  readonly trees: number;
  /** Splits between root and leaf at most. */
  readonly depth: number;
  /** What of each tree's correction is taken, 0 to 1. */
  readonly learningRate: number;
  /** L2 penalty of a leaf. */
  readonly lambda: number;
  /** Least sum of second derivatives in a leaf: about a quarter of the rows that it must hold. */
  readonly minHessian: number;
  /** Share of the features that each tree may ask, drawn anew for each. */
  readonly featureShare: number;
  readonly seed: number;
  readonly onTree?: ((grown: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface BoostedSplit {
  readonly feature: number;
  /** Goes left where the feature is below. */
  readonly threshold: number;
  readonly left: BoostedNode;
  readonly right: BoostedNode;
}

export type BoostedNode = BoostedSplit | { readonly value: number };

/**
 * Gradient boosting of regression trees for the logistic loss of labels 0 and 1, exact and greedy, with the second-order
 * gain of Chen and Guestrin, "XGBoost: A Scalable Tree Boosting System" (2016). The same seed gives the same trees.
 *
 * @returns trees whose sum is the logit
 */
export function boost(samples: readonly Sample[], options: BoostOptions): BoostedNode[] {
  const random = new Random(options.seed);
  const logits = new Float64Array(samples.length);
  const features = samples[0]!.features.length;
  const orders = Array.from({ length: features }, (_, feature) =>
    samples
      .map((_, row) => row)
      .sort((a, b) => samples[a]!.features[feature]! - samples[b]!.features[feature]! || a - b),
  );
  const trees: BoostedNode[] = [];
  for (let t = 0; t < options.trees; t++) {
    options.signal?.throwIfAborted();
    const gradients = new Float64Array(samples.length);
    const hessians = new Float64Array(samples.length);
    samples.forEach(({ label }, row) => {
      const probability = 1 / (1 + Math.exp(-logits[row]!));
      gradients[row] = probability - label;
      hessians[row] = probability * (1 - probability);
    });
    const asked = Array.from({ length: features }, (_, feature) => feature).filter(() =>
      random.chance(options.featureShare),
    );
    const grower = { samples, orders, asked, gradients, hessians, options };
    const tree = grow(grower, new Set(samples.map((_, row) => row)), options.depth);
    samples.forEach(({ features: row }, index) => (logits[index]! += leafOf(tree, row)));
    trees.push(tree);
    options.onTree?.(t + 1);
  }
  return trees;
}

interface Grower {
  readonly samples: readonly Sample[];
  /** Per feature, the rows in rising order of it. */
  readonly orders: readonly (readonly number[])[];
  readonly asked: readonly number[];
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
  readonly options: BoostOptions;
}

function grow(grower: Grower, rows: ReadonlySet<number>, depth: number): BoostedNode {
  const { gradients, hessians, options, samples } = grower;
  let [gradient, hessian] = [0, 0];
  for (const row of rows) {
    gradient += gradients[row]!;
    hessian += hessians[row]!;
  }
  const leaf = { value: (-gradient / (hessian + options.lambda)) * options.learningRate };
  const split = depth === 0 ? null : bestSplit(grower, rows, gradient, hessian);
  if (split === null) return leaf;
  const { feature, threshold } = split;
  const left = new Set<number>();
  const right = new Set<number>();
  for (const row of rows) (samples[row]!.features[feature]! < threshold ? left : right).add(row);
  return { feature, threshold, left: grow(grower, left, depth - 1), right: grow(grower, right, depth - 1) };
}

function bestSplit(grower: Grower, rows: ReadonlySet<number>, gradient: number, hessian: number) {
  const { samples, orders, asked, gradients, hessians, options } = grower;
  const score = (g: number, h: number) => (g * g) / (h + options.lambda);
  let best: { feature: number; threshold: number; gain: number } | null = null;
  for (const feature of asked) {
    let [g, h] = [0, 0];
    let last: number | undefined;
    for (const row of orders[feature]!) {
      if (!rows.has(row)) continue;
      const value = samples[row]!.features[feature]!;
      if (last !== undefined && value > last && h >= options.minHessian && hessian - h >= options.minHessian) {
        const gain = score(g, h) + score(gradient - g, hessian - h) - score(gradient, hessian);
        // A gain that only rounding makes is none.
        if (gain > 1e-9 && (best === null || gain > best.gain))
          best = { feature, threshold: Math.fround((last + value) / 2), gain };
      }
      g += gradients[row]!;
      h += hessians[row]!;
      last = value;
    }
  }
  return best;
}

function leafOf(node: BoostedNode, features: Float32Array): number {
  while ("feature" in node) node = features[node.feature]! < node.threshold ? node.left : node.right;
  return node.value;
}

/**
 * The trees as XGBoost's `save_model` writes them to JSON (release 2), so that they go the way of anybody's: features are
 * compared in float32, `x < split_condition` goes left.
 */
export function toXgboostJson(trees: readonly BoostedNode[], featureNames: readonly string[]): string {
  const count = String(featureNames.length);
  return JSON.stringify({
    version: [2, 1, 0],
    learner: {
      attributes: {},
      feature_names: featureNames,
      feature_types: featureNames.map(() => "float"),
      gradient_booster: {
        name: "gbtree",
        model: {
          gbtree_model_param: { num_parallel_tree: "1", num_trees: String(trees.length) },
          iteration_indptr: Array.from({ length: trees.length + 1 }, (_, i) => i),
          tree_info: trees.map(() => 0),
          trees: trees.map((tree, id) => xgboostTree(tree, id, count)),
        },
      },
      learner_model_param: {
        base_score: "5E-1",
        boost_from_average: "0",
        num_class: "0",
        num_feature: count,
        num_target: "1",
      },
      objective: { name: "binary:logistic", reg_loss_param: { scale_pos_weight: "1" } },
    },
  });
}

function xgboostTree(root: BoostedNode, id: number, featureCount: string) {
  const left: number[] = [];
  const right: number[] = [];
  const parents: number[] = [];
  const indices: number[] = [];
  const conditions: number[] = [];
  const queue: { node: BoostedNode; parent: number }[] = [{ node: root, parent: 2147483647 }];
  for (let at = 0; at < queue.length; at++) {
    const { node, parent } = queue[at]!;
    parents.push(parent);
    if ("feature" in node) {
      left.push(queue.push({ node: node.left, parent: at }) - 1);
      right.push(queue.push({ node: node.right, parent: at }) - 1);
      indices.push(node.feature);
      conditions.push(node.threshold);
    } else {
      left.push(-1);
      right.push(-1);
      indices.push(0);
      conditions.push(Math.fround(node.value));
    }
  }
  const zeros = left.map(() => 0);
  return {
    id,
    base_weights: conditions.map((value, k) => (left[k] === -1 ? value : 0)),
    categories: [],
    categories_nodes: [],
    categories_segments: [],
    categories_sizes: [],
    default_left: zeros,
    left_children: left,
    loss_changes: zeros,
    parents,
    right_children: right,
    split_conditions: conditions,
    split_indices: indices,
    split_type: zeros,
    sum_hessian: zeros,
    tree_param: {
      num_deleted: "0",
      num_feature: featureCount,
      num_nodes: String(left.length),
      size_leaf_vector: "1",
    },
  };
}
