import "@tensorflow/tfjs-backend-cpu";
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { Random, VerimeshError } from "@verimesh/core";
import { expect } from "chai";
import { runFloat } from "../../src/float/runFloat.ts";
import { readModelFile } from "../../src/read/readModelFile.ts";
import { expectRejection } from "./expectError.ts";
import { GraphFile } from "./GraphFile.ts";
import { randomGraphFile } from "./randomGraphFile.ts";

interface ModelJson {
  modelTopology: { config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
  weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }[];
}

describe("readModelFile", () => {
  let directory: string;
  let saved: { json: string; weights: Buffer };
  before(async () => {
    tf.env().set("PROD", true);
    await tf.setBackend("cpu");
    const model = sequential({
      layers: [
        layers.dense({ inputShape: [3], units: 4, activation: "relu" }),
        layers.dense({ units: 2, activation: "softmax" }),
      ],
    });
    await model.save({
      save({ modelTopology, weightSpecs, weightData }) {
        const weightsManifest = [{ paths: ["weights.bin"], weights: weightSpecs }];
        saved = {
          json: JSON.stringify({ format: "layers-model", modelTopology, weightsManifest }),
          weights: Buffer.from(weightData as ArrayBuffer),
        };
        return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" as const } });
      },
    });
  });
  beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "verimesh-model-"))));
  afterEach(() => rm(directory, { recursive: true }));

  const write = (name: string, content: string | Buffer) => writeFile(join(directory, name), content);
  const writeSaved = async (change: (json: ModelJson) => void = () => undefined, weights = saved.weights) => {
    const json = JSON.parse(saved.json) as ModelJson;
    change(json);
    await write("model.json", JSON.stringify(json));
    await write("weights.bin", weights);
  };
  const refuses = (message: RegExp, name = "model.json", code = "MODEL_FILE_INVALID") =>
    expectRejection(readModelFile(join(directory, name)), code, message);

  it("refuses nothing, folders without a model, and what is no model", async () => {
    await refuses(/is not there/);
    await refuses(/holds 0 model files/, "");
    for (const content of ["", "{}", "[]", "[1]", '{"modelTopology":', "\u0000\u0001", "name: model"]) {
      await write("model.json", content);
      await refuses(/is no known model|is not JSON/);
    }
    await write("model.onnx", "x");
    await refuses(/holds 2 model files/, "");
    await truncate(join(directory, "model.json"), 2 ** 30);
    await refuses(/has 1073741824 bytes/);
    await mkdir(join(directory, "folder.json"));
    await refuses(/holds 0 model files/, "folder.json");
  });

  it("refuses deep and twisted JSON", async () => {
    const depth = 100_000;
    await write(
      "model.json",
      `{"modelTopology":{"model_config":${"[".repeat(depth)}${"]".repeat(depth)}},"weightsManifest":[]}`,
    );
    await refuses(/model/i);
    for (const topology of [
      null,
      1,
      "x",
      [],
      { node: 1 },
      { node: [null] },
      { node: [{ name: 1 }] },
      { model_config: 3 },
    ]) {
      await write("model.json", JSON.stringify({ modelTopology: topology, weightsManifest: [] }));
      await refuses(/./);
    }
  });

  it("reads weight files from the model's own folder alone", async () => {
    const outside = await mkdtemp(join(tmpdir(), "verimesh-outside-"));
    await writeFile(join(outside, "secret.bin"), saved.weights);
    await symlink(join(outside, "secret.bin"), join(directory, "link.bin"));
    await symlink(outside, join(directory, "linked"));
    const names = [
      "../secret.bin",
      join(outside, "secret.bin"),
      "link.bin",
      "linked/secret.bin",
      "a/../../x",
      "..\\x",
      "x\0",
    ];
    for (const name of names) {
      await writeSaved((json) => (json.weightsManifest[0]!.paths = [name]));
      await refuses(/is outside the model's folder/);
    }
    await writeSaved((json) => (json.weightsManifest[0]!.paths = ["gone.bin"]));
    await refuses(/"gone.bin" is not there/);
    await writeSaved((json) => (json.weightsManifest[0]!.paths = ["."]));
    await refuses(/outside|is not a file/);
    await rm(outside, { recursive: true });
  });

  it("refuses weights that are too short, too long, of another type, huge or not there", async () => {
    await writeSaved(undefined, saved.weights.subarray(4));
    await refuses(/hold \d+ bytes/);
    await writeSaved(undefined, Buffer.concat([saved.weights, Buffer.alloc(4)]));
    await refuses(/hold \d+ bytes/);
    await writeSaved((json) => (json.weightsManifest[0]!.weights[0]!.dtype = "string"));
    await refuses(/dtype is "string"/);
    await writeSaved((json) => (json.weightsManifest[0]!.weights[0]!.shape = [2 ** 26, 2 ** 26]));
    await refuses(/at most 67108864 elements/);
    await writeSaved((json) => json.weightsManifest[0]!.weights.pop(), saved.weights.subarray(0, -8));
    await refuses(/cannot build/);
  });

  it("refuses layers of absurd size before it makes them", async () => {
    await writeSaved((json) => (json.modelTopology.config.layers[0]!.config["units"] = 2 ** 40));
    await refuses(/has units 1099511627776/);
    await writeSaved((json) => (json.modelTopology.config.layers[0]!.config["units"] = 2 ** 20));
    await refuses(/cannot build/);
    await writeSaved((json) => (json.modelTopology.config.layers[0]!.class_name = "Lambda"));
    await refuses(/cannot build/);
  });

  it("gives a model or an error of its own for damaged files of every format", async () => {
    const { file } = randomGraphFile(11, 14);
    await write("group1-shard1of1.bin", Buffer.from(file.weights().data));
    await write("weights.bin", saved.weights);
    const split = {
      split_feature: 0,
      threshold: 1,
      decision_type: "<=",
      left_child: { leaf_value: 1 },
      right_child: { leaf_value: 2 },
    };
    const lightgbm = {
      max_feature_idx: 0,
      num_tree_per_iteration: 1,
      objective: "regression",
      tree_info: [{ tree_structure: split }],
    };
    const random = new Random(5);
    for (const original of [saved.json, JSON.stringify(file.json()), JSON.stringify(lightgbm)]) {
      for (let run = 0; run < 100; run++) {
        const text = Buffer.from(original);
        for (let flip = 0; flip <= run % 3; flip++) text[random.integer(0, text.length - 1)] = random.integer(32, 126);
        await write("model.json", text);
        const error = await readModelFile(join(directory, "model.json")).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error !== undefined) expect(error, text.toString()).to.be.instanceOf(VerimeshError);
      }
    }
  });

  it("reads a Layers model, given the folder or the file", async () => {
    await writeSaved();
    const model = await readModelFile(directory);
    expect(model).to.deep.include({ format: "TensorFlow.js Layers", inputShape: [3], droppedActivation: "softmax" });
    expect(await readModelFile(join(directory, "model.json"))).to.deep.equal(model);
  });

  it("reads a Graph model, with weights quantized to bytes", async () => {
    const file = new GraphFile();
    file.op("MatMul", [file.input([-1, 2]), file.floats([2, 1], [0, 0])]);
    const json = file.json();
    const [group] = json.weightsManifest as { weights: object[] }[];
    group!.weights = group!.weights.map((spec) => ({ ...spec, quantization: { dtype: "uint8", scale: 0.5, min: -1 } }));
    await write("model.json", JSON.stringify(json));
    await write("group1-shard1of1.bin", Buffer.from([4, 10]));
    const model = await readModelFile(directory);
    expect(model.format).to.equal("TensorFlow.js Graph");
    expect([...runFloat(model, [Float32Array.of(1, 1)])[0]![0]!]).to.deep.equal([5]);
  });

  it("reads tree ensembles under any name, with a byte order mark", async () => {
    const leaf = { leaf_value: 2 };
    const lightgbm = {
      max_feature_idx: 0,
      num_tree_per_iteration: 1,
      objective: "regression",
      tree_info: [{ tree_structure: leaf }],
    };
    await write("trees.json", `\ufeff${JSON.stringify(lightgbm)}`);
    expect((await readModelFile(join(directory, "trees.json"))).format).to.equal("LightGBM");
    await write("trees.json", JSON.stringify([{ nodeid: 0, leaf: 1 }]));
    await refuses(/is an XGBoost dump[^]*save_model/, "trees.json");
    const xgboostDump = { objective: "reg:squarederror", baseScore: 0, features: 1 };
    expect((await readModelFile(directory, { xgboostDump })).format).to.equal("XGBoost dump");
  });
});
