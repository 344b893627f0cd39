import type { DecisionTree, FloatModel } from "../../float/types.ts";
import { JsonValue } from "../json/JsonValue.ts";
import { flattenTree, MAX_TREES } from "./flattenTree.ts";
import { refuseTrees, treeModel } from "./treeModel.ts";
import { baseMargin, xgboostObjective } from "./xgboostObjectives.ts";

const MAX_FEATURES = 2 ** 20;
const MAX_OUTPUTS = 1024;

/** Whether the file is what XGBoost's `save_model("….json")` writes. */
export function isXgboostModel(file: JsonValue): boolean {
  return file.get("learner").has("gradient_booster");
}

/**
 * Reads a booster as XGBoost 1.6 and later save it as JSON: gbtree or dart, one output per tree. A sample goes left where
 * `float32(x) < split_condition`, in float32. Where a missing value would go plays no part, since inputs are never missing.
 *
 * @throws VerimeshError `MODEL_FILE_INVALID`; `LAYER_UNSUPPORTED` for linear boosters, categorical splits, vector leaves,
 * objectives with a link other than sigmoid and softmax, and early stopping that kept the trees after the best
 */
export function readXgboost(file: JsonValue): FloatModel {
  const learner = file.get("learner");
  const parameters = learner.get("learner_model_param");
  const objective = xgboostObjective(learner.get("objective").get("name").string());
  const booster = learner.get("gradient_booster");
  const { model, weights } = boosterModel(booster);
  const features = parameters.get("num_feature").integerText(1, MAX_FEATURES);
  const outputs = Math.max(
    1,
    parameters.has("num_class") ? parameters.get("num_class").integerText(0, MAX_OUTPUTS) : 1,
    parameters.has("num_target") ? parameters.get("num_target").integerText(0, MAX_OUTPUTS) : 1,
  );
  const groups = model
    .get("tree_info")
    .items(MAX_TREES)
    .map((group) => group.integer(0, outputs - 1));
  const trees = model.get("trees").items(MAX_TREES);
  if (trees.length !== groups.length) model.get("tree_info").refuse(`${trees.length} groups, one per tree`);
  refuseEarlyStopping(learner, trees.length, model, outputs);
  const names = learner.has("feature_names") ? learner.get("feature_names").strings() : [];
  return treeModel({
    format: "XGBoost",
    features,
    featureNames: names.length === features ? names : undefined,
    outputs,
    base: baseScores(parameters.get("base_score"), outputs).map((base) => baseMargin(objective, base)),
    trees: trees.map((tree, index) => readTree(tree, `Tree ${index}`, groups[index]!, features, weights?.[index] ?? 1)),
    droppedActivation: objective.activation,
  });
}

function boosterModel(booster: JsonValue): { model: JsonValue; weights?: number[] } {
  const name = booster.get("name").string();
  if (name === "gbtree") return { model: booster.get("model") };
  if (name !== "dart") refuseTrees(`is a "${name}" booster`, "gbtree and dart are supported.");
  return { model: booster.get("gbtree").get("model"), weights: booster.get("weight_drop").numbers() };
}

/** `"5E-1"`, or since 3.1 `"[5E-1]"` and one per class. */
function baseScores(value: JsonValue, outputs: number): number[] {
  const parsed = JsonValue.parse(value.string(), "base_score");
  const list = typeof parsed.value === "number" ? [parsed.number()] : parsed.numbers();
  if (list.length !== 1 && list.length !== outputs) value.refuse(`1 or ${outputs} numbers`);
  return Array.from({ length: outputs }, (_, output) => Math.fround(list[list.length === 1 ? 0 : output]!));
}

function readTree(tree: JsonValue, name: string, output: number, features: number, weight: number): DecisionTree {
  const lefts = tree.get("left_children").numbers();
  const { length } = lefts;
  const rights = tree.get("right_children").numbers(length);
  const splitFeatures = tree.get("split_indices").numbers(length);
  const values = tree.get("split_conditions").numbers(length);
  const leafSize = tree.get("tree_param").get("size_leaf_vector");
  if (leafSize.isPresent && leafSize.integerText(0, MAX_OUTPUTS) > 1)
    refuseTrees("has leaves with a value per output", 'multi_strategy "one_output_per_tree" is supported.');
  const isCategorical =
    tree.has("split_type") &&
    tree
      .get("split_type")
      .numbers(length)
      .some((type) => type !== 0);
  if (isCategorical) refuseTrees("splits categories", "Encode them as numbers, one per category, before training.");
  return flattenTree(name, 0, (index) => {
    if (!Number.isInteger(index) || index < 0 || index >= length)
      tree.refuse(`children from 0 to ${length - 1}, not ${index}`);
    const value = Math.fround(values[index]!);
    if (lefts[index] === -1) return { kind: "leaf", contributions: [{ output, value: value * weight }] };
    const feature = splitFeatures[index]!;
    if (!Number.isInteger(feature) || feature < 0 || feature >= features)
      tree.get("split_indices").refuse(`features from 0 to ${features - 1}, not ${feature}`);
    return { kind: "split", feature, threshold: value, left: lefts[index]!, right: rights[index]! };
  });
}

/** `predict` of the booster uses all trees, the scikit-learn interface those up to the best: which, the file cannot say. */
function refuseEarlyStopping(learner: JsonValue, trees: number, model: JsonValue, outputs: number): void {
  const best = learner.get("attributes").get("best_iteration");
  if (!best.isPresent) return;
  const parallel = model.get("gbtree_model_param").get("num_parallel_tree");
  const perIteration = outputs * (parallel.isPresent ? parallel.integerText(1, MAX_TREES) : 1);
  if ((best.integerText(0, MAX_TREES) + 1) * perIteration >= trees) return;
  refuseTrees(
    `stopped early at iteration ${best.integerText(0, MAX_TREES)} and still has the trees after it`,
    "Save what is meant: booster[: booster.best_iteration + 1].save_model(…), or clear the attribute best_iteration.",
  );
}
