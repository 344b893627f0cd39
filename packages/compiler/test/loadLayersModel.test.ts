import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { VerimeshError } from "@verimesh/core";
import { expect } from "chai";
import { loadLayersModelFromFiles } from "../src/loadLayersModel.ts";
import { build, dense } from "./models.ts";

describe("loadLayersModelFromFiles", () => {
  let directory: string;
  beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "verimesh-model-"))));
  afterEach(() => rm(directory, { recursive: true }));

  const refusal = async () => {
    const error = await loadLayersModelFromFiles(directory).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(VerimeshError);
    return error as VerimeshError;
  };

  it("refuses a folder without a model, and weight files outside the folder", async () => {
    expect((await refusal()).code).to.equal("MODEL_FILES_INVALID");
    await writeFile(join(directory, "model.json"), "{}");
    expect((await refusal()).code).to.equal("MODEL_FILES_INVALID");
    const weightsManifest = [{ paths: ["../secret.bin"], weights: [] }];
    await writeFile(join(directory, "model.json"), JSON.stringify({ modelTopology: {}, weightsManifest }));
    expect((await refusal()).details).to.match(/"\.\.\/secret\.bin" is outside/);
  });

  it("loads what was saved", async () => {
    const model = await build([3], [dense(4, "relu"), dense(2)]);
    await model.save({
      async save({ modelTopology, weightSpecs, weightData }) {
        const weightsManifest = [{ paths: ["weights.bin"], weights: weightSpecs }];
        await writeFile(join(directory, "model.json"), JSON.stringify({ modelTopology, weightsManifest }));
        await writeFile(join(directory, "weights.bin"), Buffer.from(weightData as ArrayBuffer));
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
      },
    });
    const loaded = await loadLayersModelFromFiles(directory);
    const input = tf.tensor2d([[1, 2, 3]]);
    expect([...(loaded.predict(input) as tf.Tensor).dataSync()]).to.deep.equal([
      ...(model.predict(input) as tf.Tensor).dataSync(),
    ]);
  });
});
