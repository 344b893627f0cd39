import { expect } from "chai";
import { runTrees } from "../../src/float/runTrees.ts";
import { treesFromOnnx, type OnnxAttributes } from "../../src/read/trees/onnxTrees.ts";
import { expectError } from "../read/expectError.ts";

/** Two trees: x₀ ? t : 10 or 20, and one leaf of 1 or 2. */
const nodes = (mode: string): OnnxAttributes => ({
  nodes_treeids: [0, 0, 0, 1],
  nodes_nodeids: [0, 1, 2, 0],
  nodes_featureids: [0, 0, 0, 0],
  nodes_modes: [mode, "LEAF", "LEAF", "LEAF"],
  nodes_values: [0.1, 0, 0, 0],
  nodes_truenodeids: [1, 0, 0, 0],
  nodes_falsenodeids: [2, 0, 0, 0],
});
const regressor = (mode = "BRANCH_LEQ", change: OnnxAttributes = {}): OnnxAttributes => ({
  ...nodes(mode),
  n_targets: 2,
  target_treeids: [0, 0, 1],
  target_nodeids: [1, 2, 0],
  target_ids: [0, 1, 1],
  target_weights: [10, 20, 2],
  ...change,
});
const classifier = (weights: number[], change: OnnxAttributes = {}): OnnxAttributes => ({
  ...nodes("BRANCH_LEQ"),
  classlabels_int64s: [0, 1],
  class_treeids: [0, 0, 1],
  class_nodeids: [1, 2, 0],
  class_ids: [0, 0, 0],
  class_weights: weights,
  ...change,
});
type Read = ReturnType<typeof treesFromOnnx>;
const scores = (read: Read, x: number) => [
  ...runTrees({ op: "trees", name: "", source: 0, shape: [read.outputs], ...read }, Float32Array.of(x), 1),
];

describe("treesFromOnnx", () => {
  const refuses = (attributes: OnnxAttributes, code: string, message: RegExp) =>
    expectError(() => treesFromOnnx("TreeEnsembleRegressor", attributes, 1), code, message);

  it("refuses what it cannot do exactly", () => {
    refuses(regressor("BRANCH_EQ"), "LAYER_UNSUPPORTED", /BRANCH_EQ/);
    refuses(regressor("BRANCH_LEQ", { post_transform: "PROBIT" }), "LAYER_UNSUPPORTED", /PROBIT/);
    refuses(regressor("BRANCH_LEQ", { aggregate_function: "MIN" }), "LAYER_UNSUPPORTED", /MIN/);
  });

  it("refuses nodes that are twice there, missing, shared, cyclic or out of range", () => {
    const invalid = (change: OnnxAttributes, message: RegExp) =>
      refuses(regressor("BRANCH_LEQ", change), "MODEL_FILE_INVALID", message);
    invalid({ nodes_nodeids: [0, 1, 1, 0] }, /one node twice/);
    invalid({ nodes_truenodeids: [7, 0, 0, 0] }, /two roots|lacks node 7/);
    invalid({ nodes_truenodeids: [2, 0, 0, 0] }, /two roots/);
    invalid({ nodes_truenodeids: [0, 0, 0, 0] }, /no path reaches/);
    invalid({ nodes_featureids: [1, 0, 0, 0] }, /names feature 1/);
    invalid({ nodes_values: [0.1] }, /list of 4 numbers/);
    invalid({ target_ids: [0, 2, 1] }, /names output 2/);
    invalid({ nodes_treeids: [] }, /nodes_nodeids|holds 0 trees/);
    invalid({ n_targets: 1e9 }, /n_targets/);
    invalid({ base_values: [1, 2, 3] }, /3 elements/);
  });

  it("compares in float32, in every mode", () => {
    const at = Math.fround(0.1);
    const [below, above] = [at - 2 ** -27, at + 2 ** -27];
    const goesTrue = (mode: string) =>
      [below, at, above].map((x) => scores(treesFromOnnx("TreeEnsembleRegressor", regressor(mode), 1), x)[0] === 10);
    expect(goesTrue("BRANCH_LT")).to.deep.equal([true, false, false]);
    expect(goesTrue("BRANCH_LEQ")).to.deep.equal([true, true, false]);
    expect(goesTrue("BRANCH_GT")).to.deep.equal([false, false, true]);
    expect(goesTrue("BRANCH_GTE")).to.deep.equal([false, true, true]);
  });

  it("adds leaves and base values, or averages", () => {
    const read = (change: OnnxAttributes) => treesFromOnnx("TreeEnsembleRegressor", regressor("BRANCH_LEQ", change), 1);
    expect(scores(read({}), 1)).to.deep.equal([0, 22]);
    expect(scores(read({ base_values: [1, 2] }), 0)).to.deep.equal([11, 4]);
    expect(scores(read({ aggregate_function: "AVERAGE" }), 1)).to.deep.equal([0, 11]);
  });

  it("gives both shares of a class where the leaves speak for one of two", () => {
    const forest = treesFromOnnx("TreeEnsembleClassifier", classifier([0.25, 0.5, 0.125]), 1);
    expect(forest.activation).to.equal("linear");
    expect(scores(forest, 1)).to.deep.equal([0.375, 0.625]);
    const boosted = treesFromOnnx(
      "TreeEnsembleClassifier",
      classifier([-1, 2, 0.5], { post_transform: "LOGISTIC", base_values: [4] }),
      1,
    );
    expect(boosted.activation).to.equal("sigmoid");
    expect(scores(boosted, 1)).to.deep.equal([6.5]);
  });

  it("keeps a score per class where the leaves speak for each", () => {
    const attributes = classifier([0.25, 0.5, 0.125], { class_ids: [0, 1, 0], post_transform: "SOFTMAX" });
    const read = treesFromOnnx("TreeEnsembleClassifier", attributes, 1);
    expect(read.activation).to.equal("softmax");
    expect(scores(read, 1)).to.deep.equal([0.125, 0.5]);
  });
});
