import { expect } from "chai";
import { runFloat } from "../../src/float/runFloat.ts";
import { readOnnxModel } from "../../src/read/onnx/readOnnxModel.ts";
import { expectRejection } from "../read/expectError.ts";
import { INT64, OnnxFile, valueInfo } from "./helpers/OnnxFile.ts";
import { operationsOf } from "./helpers/reading.ts";

const ml = "ai.onnx.ml";
const outputs = ["label", "probabilities"];

/** A classifier's file as scikit-learn's converter ends it: a label, and probabilities by class. */
function withLabels(file: OnnxFile, probabilities: string): Uint8Array {
  const map = file.op("ZipMap", [probabilities], {
    domain: ml,
    attributes: { classlabels_int64s: [0, 1, 2] },
    outputs: ["map"],
  });
  file.outputs = [valueInfo("label", INT64, [null]), { name: map, type: { sequenceType: {} } }];
  return file.bytes(map);
}

async function scores(bytes: Uint8Array, x: readonly number[]): Promise<number[]> {
  const model = await readOnnxModel(bytes);
  return [...runFloat(model, [Float32Array.from(x)])[0]!.at(-1)!];
}

const stump = {
  nodes_treeids: [0, 0, 0],
  nodes_nodeids: [0, 1, 2],
  nodes_featureids: [1, 0, 0],
  nodes_modes: ["BRANCH_LEQ", "LEAF", "LEAF"],
  nodes_values: { floats: [0.5, 0, 0] },
  nodes_truenodeids: [1, 0, 0],
  nodes_falsenodeids: [2, 0, 0],
};

describe("ONNX models of scikit-learn and its kin", () => {
  it("refuse what is not linear or a tree, naming what is", async () => {
    for (const [operator, attributes, message] of [
      ["SVMClassifier", {}, /LinearClassifier and tree ensembles/],
      ["TreeEnsemble", {}, /target_opset/],
      [
        "LinearClassifier",
        {
          classlabels_ints: [0, 1, 2],
          coefficients: { floats: new Array<number>(6).fill(1) },
          post_transform: "PROBIT",
        },
        /PROBIT/,
      ],
      ["LinearRegressor", { coefficients: { floats: [1, 1] }, post_transform: "LOGISTIC" }, /LOGISTIC/],
      ["Normalizer", { norm: "L2" }, /probabilities/],
    ] as const) {
      const file = new OnnxFile([null, 2]);
      const bytes = file.bytes(file.op(operator, ["x"], { domain: ml, attributes: attributes }));
      await expectRejection(readOnnxModel(bytes), "LAYER_UNSUPPORTED", message);
    }
  });

  it("refuse a softmax of a single score", async () => {
    const file = new OnnxFile([null, 2]);
    const classes = {
      classlabels_int64s: [0, 1],
      class_treeids: [0, 0],
      class_nodeids: [1, 2],
      class_ids: [0, 0],
      class_weights: { floats: [0.25, 0.75] },
      post_transform: "SOFTMAX",
    };
    file.op("TreeEnsembleClassifier", ["x"], { domain: ml, attributes: { ...stump, ...classes }, outputs });
    await expectRejection(readOnnxModel(withLabels(file, "probabilities")), "LAYER_UNSUPPORTED", /single score/);
    const linear = new OnnxFile([null, 2]);
    const row = { classlabels_ints: [0, 1], coefficients: { floats: [1, 2] }, post_transform: "SOFTMAX" };
    linear.op("LinearClassifier", ["x"], { domain: ml, attributes: row, outputs });
    await expectRejection(readOnnxModel(withLabels(linear, "probabilities")), "LAYER_UNSUPPORTED", /SOFTMAX/);
  });

  it("score the second of two classes by a single row", async () => {
    const file = new OnnxFile([null, 2]);
    const row = {
      classlabels_ints: [0, 1],
      coefficients: { floats: [1, -2] },
      intercepts: { floats: [0.25] },
      post_transform: "LOGISTIC",
    };
    file.op("LinearClassifier", ["x"], { domain: ml, attributes: row, outputs });
    const bytes = withLabels(file, "probabilities");
    expect((await readOnnxModel(bytes)).droppedActivation).to.equal("sigmoid");
    expect(await scores(bytes, [1, 2])).to.deep.equal([-2.75]);
  });

  it("refuse coefficients that do not fit", async () => {
    for (const count of [0, 1, 5]) {
      const file = new OnnxFile([null, 2]);
      const attributes = { classlabels_ints: [0, 1, 2], coefficients: { floats: new Array<number>(count).fill(1) } };
      const bytes = file.bytes(file.op("LinearClassifier", ["x"], { domain: ml, attributes, outputs }), 1);
      await expectRejection(readOnnxModel(bytes), "MODEL_FILE_INVALID", /coefficients/);
    }
  });

  it("scale, regress and classify", async () => {
    const file = new OnnxFile([null, 2]);
    const scaled = file.op("Scaler", ["x"], {
      domain: ml,
      attributes: { offset: { floats: [1, 2] }, scale: { floats: [0.5, 4] } },
    });
    const attributes = {
      classlabels_ints: [0, 1, 2],
      coefficients: { floats: [1, 2, 3, 4, 5, 6] },
      intercepts: { floats: [0, 10, 20] },
      post_transform: "SOFTMAX",
    };
    file.op("LinearClassifier", [scaled], { domain: ml, attributes, outputs });
    const normal = file.op("Normalizer", ["probabilities"], { domain: ml, attributes: { norm: "L1" } });
    const bytes = withLabels(file, normal);
    const model = await readOnnxModel(bytes);
    expect(model.droppedActivation).to.equal("softmax");
    expect(operationsOf(model)).to.deep.equal(["affine", "dense"]);
    // (3 − 1) · 0.5 = 1 and (1 − 2) · 4 = −4
    expect(await scores(bytes, [3, 1])).to.deep.equal([1 - 8, 3 - 16 + 10, 5 - 24 + 20]);

    const regression = new OnnxFile([null, 2], { type: INT64 });
    const targets = { targets: 2, coefficients: { floats: [1, 2, 3, 4] }, intercepts: { floats: [0.5, -0.5] } };
    const y = regression.op("LinearRegressor", ["x"], { domain: ml, attributes: targets });
    expect(await scores(regression.bytes(y), [1, 10])).to.deep.equal([21.5, 42.5]);
  });

  it("decide by trees", async () => {
    const regression = new OnnxFile([null, 2]);
    const target = {
      n_targets: 1,
      target_treeids: [0, 0],
      target_nodeids: [1, 2],
      target_ids: [0, 0],
      target_weights: { floats: [-1.5, 2.5] },
    };
    const y = regression.op("TreeEnsembleRegressor", ["x"], { domain: ml, attributes: { ...stump, ...target } });
    expect(await scores(regression.bytes(y), [9, 0.5])).to.deep.equal([-1.5]);
    expect(await scores(regression.bytes(y), [9, 0.75])).to.deep.equal([2.5]);

    const classifier = new OnnxFile([null, 2]);
    const classes = {
      classlabels_int64s: [0, 1],
      class_treeids: [0, 0],
      class_nodeids: [1, 2],
      class_ids: [0, 0],
      class_weights: { floats: [0.25, 0.75] },
    };
    classifier.op("TreeEnsembleClassifier", ["x"], { domain: ml, attributes: { ...stump, ...classes }, outputs });
    const bytes = withLabels(classifier, "probabilities");
    expect(await scores(bytes, [0, 0])).to.deep.equal([0.75, 0.25]);
    expect(await scores(bytes, [0, 1])).to.deep.equal([0.25, 0.75]);
  });

  it("tell a score for the second class from one per class", async () => {
    const file = new OnnxFile([null, 2]);
    const classes = {
      classlabels_int64s: [0, 1],
      class_treeids: [0, 0],
      class_nodeids: [1, 2],
      class_ids: [0, 0],
      class_weights: { floats: [-1, 1] },
    };
    file.op("TreeEnsembleClassifier", ["x"], {
      domain: ml,
      attributes: { ...stump, ...classes, post_transform: "LOGISTIC" },
      outputs,
    });
    const model = await readOnnxModel(withLabels(file, "probabilities"));
    expect(model.droppedActivation).to.equal("sigmoid");
    expect(model.nodes.at(-1)!.shape).to.deep.equal([1]);
    const doubled = file.op("Mul", ["probabilities", file.floats([], [2])]);
    file.outputs = [valueInfo(doubled, 1, [null, 2])];
    await expectRejection(readOnnxModel(file.bytes(doubled)), "LAYER_UNSUPPORTED", /last step/);
  });
});
