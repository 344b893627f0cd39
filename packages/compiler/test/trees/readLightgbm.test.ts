import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { runFloat } from "../../src/float/runFloat.ts";
import { leafOf } from "../../src/float/runTrees.ts";
import type { FloatTrees } from "../../src/float/types.ts";
import { JsonValue } from "../../src/read/json/JsonValue.ts";
import { isLightgbmModel, readLightgbm } from "../../src/read/trees/readLightgbm.ts";
import { expectError } from "../read/expectError.ts";

const leaf = (value: number) => ({ leaf_index: 0, leaf_value: value, leaf_weight: 1, leaf_count: 1 });
const split = {
  split_index: 0,
  split_feature: 1,
  split_gain: 3,
  threshold: 0.1,
  decision_type: "<=",
  default_left: true,
  missing_type: "None",
  internal_value: 0,
  internal_weight: 2,
  internal_count: 2,
  left_child: leaf(1),
  right_child: leaf(-2),
};

function dumped(structures: object[], change: object = {}): JsonValue {
  const tree_info = structures.map((tree_structure, tree_index) => ({
    tree_index,
    num_leaves: 2,
    num_cat: 0,
    shrinkage: 0.1,
    tree_structure,
  }));
  return new JsonValue(
    {
      name: "tree",
      version: "v4",
      num_class: 1,
      num_tree_per_iteration: 1,
      label_index: 0,
      max_feature_idx: 1,
      objective: "binary sigmoid:1",
      average_output: false,
      feature_names: ["age", "income"],
      monotone_constraints: [],
      feature_infos: {},
      tree_info,
      feature_importances: {},
      pandas_categorical: [],
      ...change,
    },
    "model.json",
  );
}

describe("readLightgbm", () => {
  before(async () => {
    tf.env().set("PROD", true);
    await tf.setBackend("cpu");
  });
  const refuses = (file: JsonValue, code: string, message: RegExp) =>
    expectError(() => readLightgbm(file), code, message);
  const scores = (file: JsonValue, ...x: number[]) => [...runFloat(readLightgbm(file), [Float32Array.from(x)])[0]![0]!];

  it("refuses what it cannot do exactly, with an alternative", () => {
    refuses(
      dumped([{ ...split, decision_type: "==", threshold: "1||2" }]),
      "LAYER_UNSUPPORTED",
      /"=="[^]*one per category/,
    );
    refuses(
      dumped([{ ...split, missing_type: "Zero", default_left: false }]),
      "LAYER_UNSUPPORTED",
      /zero_as_missing=false/,
    );
    refuses(dumped([{ ...leaf(1), leaf_coeff: [0.5] }]), "LAYER_UNSUPPORTED", /linear_tree=false/);
    refuses(dumped([split], { objective: "poisson" }), "LAYER_UNSUPPORTED", /"poisson"/);
    refuses(dumped([split], { objective: "regression sqrt" }), "LAYER_UNSUPPORTED", /without sqrt/);
  });

  it("refuses files that are not whole", () => {
    refuses(dumped([{ ...split, split_feature: 2 }]), "MODEL_FILE_INVALID", /split_feature is 2/);
    refuses(dumped([{ ...split, left_child: {} }]), "MODEL_FILE_INVALID", /left_child\.leaf_value is missing/);
    refuses(dumped([{ ...split, threshold: null }]), "MODEL_FILE_INVALID", /threshold is null/);
    refuses(dumped([split], { max_feature_idx: 1e12 }), "MODEL_FILE_INVALID", /max_feature_idx/);
    let deep: object = leaf(1);
    for (let depth = 0; depth < 100; depth++) deep = { ...split, left_child: deep };
    refuses(dumped([deep]), "MODEL_FILE_INVALID", /too deep/);
  });

  it("goes left up to and at the threshold, in float64", () => {
    const [tree] = (readLightgbm(dumped([split])).nodes[0] as FloatTrees).trees;
    const at = (x: number) => leafOf(tree!, [0, x]).contributions[0]!.value;
    expect(at(0.1)).to.equal(1);
    expect(at(0.1 + 2 ** -56)).to.equal(-2);
    // The nearest float32 lies above 0.1.
    expect(at(Math.fround(0.1))).to.equal(-2);
  });

  it("deals trees out to classes, averages forests, and reads trees of one leaf", () => {
    const change = { num_class: 2, num_tree_per_iteration: 2, objective: "multiclass num_class:2" };
    expect(scores(dumped([split, leaf(5), leaf(1), leaf(2)], change), 0, 0)).to.deep.equal([2, 7]);
    expect(scores(dumped([split, leaf(5)], { average_output: true, objective: "regression" }), 0, 9)).to.deep.equal([
      1.5,
    ]);
    // Zero goes where it would go anyway.
    expect(scores(dumped([{ ...split, missing_type: "Zero" }]), 0, 0)).to.deep.equal([1]);
  });

  it("says what it dropped, keeps names, and knows its files", () => {
    expect(readLightgbm(dumped([split]))).to.deep.include({
      droppedActivation: "sigmoid",
      inputNames: ["age", "income"],
      format: "LightGBM",
    });
    expect(readLightgbm(dumped([split], { objective: "multiclass num_class:1" })).droppedActivation).to.equal(
      "softmax",
    );
    expect(readLightgbm(dumped([split], { objective: undefined })).droppedActivation).to.equal("linear");
    expect(isLightgbmModel(dumped([]))).to.be.true;
    for (const other of [null, [], {}, "tree_info"]) expect(isLightgbmModel(new JsonValue(other, "f"))).to.be.false;
  });
});
