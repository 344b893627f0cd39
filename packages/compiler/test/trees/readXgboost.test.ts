import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { runFloat } from "../../src/float/runFloat.ts";
import { JsonValue } from "../../src/read/json/JsonValue.ts";
import { isXgboostModel, readXgboost } from "../../src/read/trees/readXgboost.ts";
import { isXgboostDump, readXgboostDump } from "../../src/read/trees/readXgboostDump.ts";
import { expectError } from "../read/expectError.ts";

/** x₀ < 0.1 ? (x₁ < 2 ? 1 : −1) : 0.5, as a tree of a saved model. */
const tree = {
  base_weights: [0, 0, 0.5, 1, -1],
  categories: [],
  categories_nodes: [],
  categories_segments: [],
  categories_sizes: [],
  default_left: [1, 0, 0, 0, 0],
  id: 0,
  left_children: [1, 3, -1, -1, -1],
  loss_changes: [2, 1, 0, 0, 0],
  parents: [2147483647, 0, 0, 1, 1],
  right_children: [2, 4, -1, -1, -1],
  split_conditions: [0.1, 2, 0.5, 1, -1],
  split_indices: [0, 1, 0, 0, 0],
  split_type: [0, 0, 0, 0, 0],
  sum_hessian: [4, 2, 2, 1, 1],
  tree_param: { num_deleted: "0", num_feature: "2", num_nodes: "5", size_leaf_vector: "1" },
};
type Tree = typeof tree;
const stump = (value: number): Tree => ({
  ...tree,
  left_children: [-1],
  right_children: [-1],
  split_indices: [0],
  split_conditions: [value],
  split_type: [0],
});

interface Options {
  objective?: string;
  baseScore?: string;
  classes?: string;
  trees?: Partial<Tree>[];
  groups?: number[];
  booster?: object;
  attributes?: object;
}
function saved({
  objective = "reg:squarederror",
  baseScore = "5E-1",
  classes = "0",
  trees = [tree],
  groups = trees.map(() => 0),
  booster,
  attributes = {},
}: Options = {}) {
  const model = {
    gbtree_model_param: { num_parallel_tree: "1", num_trees: String(trees.length) },
    tree_info: groups,
    trees,
  };
  return new JsonValue(
    {
      learner: {
        attributes,
        feature_names: ["age", "income"],
        feature_types: ["float", "float"],
        gradient_booster: booster ?? { model, name: "gbtree" },
        learner_model_param: {
          base_score: baseScore,
          boost_from_average: "1",
          num_class: classes,
          num_feature: "2",
          num_target: "1",
        },
        objective: { name: objective, reg_loss_param: { scale_pos_weight: "1" } },
      },
      version: [2, 1, 0],
    },
    "model.json",
  );
}

describe("readXgboost", () => {
  before(async () => {
    tf.env().set("PROD", true);
    await tf.setBackend("cpu");
  });
  const scores = (file: JsonValue, ...x: number[]) => [
    ...runFloat(readXgboost(file), [Float32Array.from(x)])[0]!.at(-1)!,
  ];
  const refuses = (options: Options, code: string, message: RegExp) =>
    expectError(() => readXgboost(saved(options)), code, message);

  it("refuses trees that are cyclic, shared, out of range or not whole", () => {
    refuses({ trees: [{ ...tree, left_children: [1, 0, -1, -1, -1] }] }, "MODEL_FILE_INVALID", /one node on two ways/);
    refuses({ trees: [{ ...tree, right_children: [2, 2, -1, -1, -1] }] }, "MODEL_FILE_INVALID", /one node on two ways/);
    refuses({ trees: [{ ...tree, right_children: [9, 4, -1, -1, -1] }] }, "MODEL_FILE_INVALID", /not 9/);
    refuses({ trees: [{ ...tree, split_indices: [2, 1, 0, 0, 0] }] }, "MODEL_FILE_INVALID", /not 2/);
    refuses(
      { trees: [{ ...tree, split_conditions: [0.1] }] },
      "MODEL_FILE_INVALID",
      /split_conditions is a list of 1[^]*list of 5/,
    );
    refuses(
      { trees: [{ ...tree, split_conditions: [0.1, 2, 0.5, 1, "x"] as number[] }] },
      "MODEL_FILE_INVALID",
      /split_conditions/,
    );
    refuses({ groups: [0, 0] }, "MODEL_FILE_INVALID", /1 groups, one per tree/);
    refuses({ groups: [1] }, "MODEL_FILE_INVALID", /tree_info\[0\] is 1/);
  });

  it("refuses what it cannot do exactly, with an alternative", () => {
    refuses(
      { trees: [{ ...tree, split_type: [1, 0, 0, 0, 0] }] },
      "LAYER_UNSUPPORTED",
      /categories[^]*one per category/,
    );
    refuses(
      { trees: [{ ...tree, tree_param: { ...tree.tree_param, size_leaf_vector: "3" } }] },
      "LAYER_UNSUPPORTED",
      /one_output_per_tree/,
    );
    refuses({ objective: "count:poisson" }, "LAYER_UNSUPPORTED", /"count:poisson"[^]*logarithm/);
    refuses({ booster: { name: "gblinear", model: {} } }, "LAYER_UNSUPPORTED", /gbtree and dart/);
    refuses({ objective: "binary:logistic", baseScore: "1" }, "LAYER_UNSUPPORTED", /base score 1/);
    refuses(
      { trees: [tree, tree, tree], attributes: { best_iteration: "1" } },
      "LAYER_UNSUPPORTED",
      /best_iteration \+ 1/,
    );
    refuses({ baseScore: "[1E0,2E0]" }, "MODEL_FILE_INVALID", /1 or 1 numbers/);
  });

  it("goes left strictly below the threshold, in float32", () => {
    const below = 0.1 - 2 ** -27;
    expect(scores(saved(), 0, 0)).to.deep.equal([1.5]);
    expect(scores(saved(), 0, 2)).to.deep.equal([-0.5]);
    // 0.1 in float32 is above 0.1 in float64, and equal to the threshold.
    expect(scores(saved(), Math.fround(0.1), 0)).to.deep.equal([1]);
    expect(Math.fround(below)).to.be.below(Math.fround(0.1));
    expect(scores(saved(), below, 0)).to.deep.equal([1.5]);
    expect(readXgboost(saved()).nodes[0]).to.have.nested.property("trees[0].nodes[0].threshold", Math.fround(0.1));
  });

  it("adds up trees per class, with one base score or one per class", () => {
    const options = {
      objective: "multi:softprob",
      classes: "3",
      trees: [tree, stump(7), stump(-2), tree],
      groups: [0, 1, 2, 0],
    };
    expect(scores(saved(options), 5, 5)).to.deep.equal([1.5, 7.5, -1.5]);
    expect(scores(saved({ ...options, baseScore: "[-1E0,2E0,0]" }), 5, 5)).to.deep.equal([0, 9, -2]);
    expect(readXgboost(saved(options)).droppedActivation).to.equal("softmax");
  });

  it("turns a logistic base score into log odds, and drops the sigmoid", () => {
    const file = saved({ objective: "binary:logistic", baseScore: "[7.5E-1]" });
    expect(readXgboost(file).droppedActivation).to.equal("sigmoid");
    expect(scores(file, 5, 5)[0]).to.be.closeTo(Math.log(3) + 0.5, 1e-6);
  });

  it("weighs the trees of a dart booster", () => {
    const model = { gbtree_model_param: {}, tree_info: [0, 0], trees: [tree, stump(4)] };
    const booster = { name: "dart", gbtree: { model, name: "gbtree" }, weight_drop: [0.5, 0.25] };
    expect(scores(saved({ booster, baseScore: "0" }), 5, 5)).to.deep.equal([1.25]);
  });

  it("keeps the feature names, and knows its files", () => {
    expect(readXgboost(saved())).to.deep.include({ format: "XGBoost", inputShape: [2], inputNames: ["age", "income"] });
    expect(isXgboostModel(saved())).to.be.true;
    for (const other of [null, [], {}, { learner: 1 }, { learner: {} }])
      expect(isXgboostModel(new JsonValue(other, "f"))).to.be.false;
  });
});

describe("readXgboostDump", () => {
  before(async () => {
    tf.env().set("PROD", true);
    await tf.setBackend("cpu");
  });
  const root = {
    nodeid: 0,
    depth: 0,
    split: "income",
    split_condition: 2.5,
    yes: 1,
    no: 2,
    missing: 1,
    children: [
      { nodeid: 1, leaf: 0.5 },
      {
        nodeid: 2,
        depth: 1,
        split: "f0",
        split_condition: 7,
        yes: 3,
        no: 4,
        missing: 4,
        children: [
          { nodeid: 4, leaf: 2 },
          { nodeid: 3, leaf: 1 },
        ],
      },
    ],
  };
  const options = { objective: "binary:logistic", baseScore: 0.5, features: ["age", "income"] };
  const dump = (value: unknown) => new JsonValue(value, "dump.json");

  it("refuses unknown features, missing children and categories", () => {
    const refuses = (change: object, code: string, message: RegExp) =>
      expectError(() => readXgboostDump(dump([{ ...root, ...change }]), options), code, message);
    refuses({ split: "f2" }, "MODEL_FILE_INVALID", /split is "f2"/);
    refuses({ yes: 9 }, "MODEL_FILE_INVALID", /node 9/);
    refuses({ split_condition: [1, 2] }, "LAYER_UNSUPPORTED", /categories/);
    expectError(
      () => readXgboostDump(dump([root]), { ...options, baseScore: [0.5, 0.5] }),
      "LAYER_UNSUPPORTED",
      /Expected 1 or 1/,
    );
  });

  it("reads names and numbers of features, whatever the order of the children", () => {
    const model = readXgboostDump(dump([root, { nodeid: 0, leaf: 10 }]), options);
    const answers = [
      [0, 0],
      [6, 2.5],
      [7, 3],
    ].map((x) => runFloat(model, [Float32Array.from(x)])[0]![0]![0]);
    expect(answers).to.deep.equal([10.5, 11, 12]);
    expect(isXgboostDump(dump([root]))).to.be.true;
    expect(isXgboostDump(dump([]))).to.be.false;
    expect(isXgboostDump(dump({}))).to.be.false;
  });
});
