import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Random } from "@verimesh/core";
import { OnnxFile } from "../../../compiler/test/onnx/helpers/OnnxFile.ts";
import { build, dense } from "../../../compiler/test/models.ts";
import { temporaryDirectory } from "../run.ts";

const FEATURES = 4;
const random = new Random(11);
const SAMPLES = Array.from({ length: 60 }, () => Array.from({ length: FEATURES }, () => random.next()));

const ABOUT = {
  name: "tiny",
  description: "Four features, two classes.",
  output: "argmax",
  input: { shape: [FEATURES], scale: [1 / 255], offset: [0] },
};

/** A folder as an author brings it: its descriptions, and what `write` puts beside them. */
async function folderWith(write: (directory: string) => Promise<object | void>): Promise<string> {
  const directory = await temporaryDirectory();
  const about = { ...ABOUT, ...(await write(directory)) };
  const text = (name: string, value: unknown) => writeFile(join(directory, name), JSON.stringify(value));
  const heldOut = SAMPLES.slice(40);
  await text("verimesh.json", about);
  await text("calibration.json", SAMPLES.slice(0, 40));
  await text("evaluation.json", { samples: heldOut, targets: heldOut.map(([a = 0, b = 0]) => Number(a > b)) });
  return directory;
}

/** A dense network with a softmax, as TensorFlow.js saves it. */
export const tensorflowFolder = (): Promise<string> =>
  folderWith(async (directory) => {
    const model = await build([FEATURES], [dense(12, "relu"), dense(2, "softmax")]);
    await model.save({
      async save({ modelTopology, weightSpecs, weightData }) {
        const weightsManifest = [{ paths: ["weights.bin"], weights: weightSpecs }];
        await writeFile(join(directory, "model.json"), JSON.stringify({ modelTopology, weightsManifest }));
        await writeFile(join(directory, "weights.bin"), Buffer.from(weightData as ArrayBuffer));
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
      },
    });
  });

/** The same kind of network as PyTorch exports it. */
export const onnxFolder = (): Promise<string> =>
  folderWith(async (directory) => {
    await writeFile(join(directory, "model.onnx"), onnxBytes());
  });

/** @param activations operators between the two matrices, one after the other */
export function onnxBytes(...activations: readonly string[]): Uint8Array {
  const file = new OnnxFile([null, FEATURES], { seed: 5 });
  const hidden = file.op("Gemm", ["x", file.floats([FEATURES, 12]), file.floats([12])]);
  const active = (activations.length > 0 ? activations : ["Relu"]).reduce((x, name) => file.op(name, [x]), hidden);
  return file.bytes(file.op("Gemm", [active, file.floats([12, 2]), file.floats([2])]));
}

/** Two trees that vote on x₀ > 0.5 and on x₁ < 0.4, as XGBoost's `save_model` writes them. */
export const xgboostFolder = (): Promise<string> =>
  folderWith(async (directory) => {
    const trees = [stump(0, 0.5, -1, 1), stump(1, 0.4, 0.75, -0.5)];
    const learner = {
      attributes: {},
      feature_names: [],
      feature_types: [],
      gradient_booster: {
        name: "gbtree",
        model: {
          gbtree_model_param: { num_parallel_tree: "1", num_trees: "2" },
          tree_info: [0, 0],
          trees,
        },
      },
      learner_model_param: {
        ...{ base_score: "5E-1", boost_from_average: "1", num_class: "0" },
        ...{ num_feature: String(FEATURES), num_target: "1" },
      },
      objective: { name: "binary:logistic", reg_loss_param: { scale_pos_weight: "1" } },
    };
    await writeFile(join(directory, "booster.json"), JSON.stringify({ learner, version: [2, 1, 0] }));
    return { model: "booster.json", output: "scores" };
  });

function stump(feature: number, threshold: number, left: number, right: number): object {
  return {
    ...{ id: 0, base_weights: [0, left, right], loss_changes: [1, 0, 0], sum_hessian: [2, 1, 1] },
    ...{ categories: [], categories_nodes: [], categories_segments: [], categories_sizes: [] },
    ...{ default_left: [1, 0, 0], split_type: [0, 0, 0], parents: [2147483647, 0, 0] },
    ...{ left_children: [1, -1, -1], right_children: [2, -1, -1] },
    ...{ split_conditions: [threshold, left, right], split_indices: [feature, 0, 0] },
    tree_param: { num_deleted: "0", num_feature: String(FEATURES), num_nodes: "3", size_leaf_vector: "1" },
  };
}
