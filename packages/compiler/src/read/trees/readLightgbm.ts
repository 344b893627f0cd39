import type { FloatModel, TreeLeaf } from "../../float/types.ts";
import type { JsonValue } from "../json/JsonValue.ts";
import { flattenTree, MAX_TREES, type OpenSplit } from "./flattenTree.ts";
import { nextFloat64 } from "./nextFloat.ts";
import { refuseTrees, treeModel } from "./treeModel.ts";

const MAX_FEATURES = 2 ** 20;
const MAX_OUTPUTS = 1024;

/** By the first word of `objective`. */
const ACTIVATIONS: Readonly<Record<string, FloatModel["droppedActivation"]>> = {
  regression: "linear",
  regression_l1: "linear",
  huber: "linear",
  fair: "linear",
  quantile: "linear",
  mape: "linear",
  lambdarank: "linear",
  rank_xendcg: "linear",
  binary: "sigmoid",
  cross_entropy: "sigmoid",
  multiclassova: "sigmoid",
  multiclass: "softmax",
};

/** Whether the file is what LightGBM's `dump_model()` gives. */
export function isLightgbmModel(file: JsonValue): boolean {
  return file.has("tree_info") && file.has("max_feature_idx");
}

/**
 * Reads a LightGBM booster as `json.dump(booster.dump_model())` writes it. A sample goes left where `x ≤ threshold`, in
 * float64. Where a missing value would go plays no part, since inputs are never missing.
 *
 * @throws VerimeshError `MODEL_FILE_INVALID`; `LAYER_UNSUPPORTED` for categorical splits, linear leaves, zeros that count
 * as missing and objectives with a link other than sigmoid and softmax
 */
export function readLightgbm(file: JsonValue): FloatModel {
  const features = file.get("max_feature_idx").integer(0, MAX_FEATURES - 1) + 1;
  const outputs = file.get("num_tree_per_iteration").integer(1, MAX_OUTPUTS);
  const trees = file.get("tree_info").items(MAX_TREES);
  const isAverage = file.has("average_output") && file.get("average_output").boolean();
  const divisor = isAverage ? Math.max(1, trees.length / outputs) : 1;
  const names = file.has("feature_names") ? file.get("feature_names").strings() : [];
  return treeModel({
    format: "LightGBM",
    features,
    featureNames: names.length === features ? names : undefined,
    outputs,
    base: new Array<number>(outputs).fill(0),
    trees: trees.map((tree, index) =>
      flattenTree(`Tree ${index}`, tree.get("tree_structure"), (node) =>
        readNode(node, index % outputs, features, divisor),
      ),
    ),
    droppedActivation: activationOf(file.get("objective")),
  });
}

function readNode(node: JsonValue, output: number, features: number, divisor: number): OpenSplit<JsonValue> | TreeLeaf {
  if (!node.has("split_feature")) {
    if (node.has("leaf_coeff") && node.get("leaf_coeff").items().length > 0)
      refuseTrees("has linear leaves", "Train with linear_tree=false.");
    return { kind: "leaf", contributions: [{ output, value: node.get("leaf_value").number() / divisor }] };
  }
  const decision = node.get("decision_type").string();
  if (decision !== "<=")
    refuseTrees(
      `decides by "${decision}"`,
      "Splits by ≤ are supported: encode categories as numbers, one per category.",
    );
  const threshold = node.get("threshold").number();
  const zeroIsMissing = node.has("missing_type") && node.get("missing_type").value === "Zero";
  if (zeroIsMissing && node.get("default_left").boolean() !== 0 <= threshold)
    refuseTrees("sends zeros where missing values go", "Train with zero_as_missing=false.");
  return {
    kind: "split",
    feature: node.get("split_feature").integer(0, features - 1),
    threshold: nextFloat64(threshold),
    left: node.get("left_child"),
    right: node.get("right_child"),
  };
}

function activationOf(objective: JsonValue): FloatModel["droppedActivation"] {
  // A custom objective leaves the field out: its scores are raw.
  if (!objective.isPresent) return "linear";
  const [name, ...options] = objective.string().split(" ");
  if (Object.hasOwn(ACTIVATIONS, name!) && !options.includes("sqrt")) return ACTIVATIONS[name!]!;
  return refuseTrees(
    `has objective "${objective.string()}"`,
    `Supported are ${Object.keys(ACTIVATIONS).join(", ")}, without sqrt. For counts train regression on their logarithm.`,
  );
}
