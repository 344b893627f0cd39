import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unsupportedLayers } from "@verimesh/compiler/node";
import { expect } from "chai";
import { errorOf, run, type Ran, temporaryDirectory } from "../run.ts";
import { onnxBytes, onnxFolder, tensorflowFolder, xgboostFolder } from "./modelFolders.ts";

const json = ({ stdout }: Ran) => JSON.parse(stdout.trimEnd().split("\n").at(-1)!) as Record<string, unknown>;

describe("verimesh model inspect", () => {
  it("refuses what is not there and what is no model", async () => {
    const directory = await temporaryDirectory();
    expect(errorOf(await run("model", "inspect", join(directory, "none.onnx"), "--json")).code).to.equal(
      "MODEL_FILE_INVALID",
    );
    await writeFile(join(directory, "model.onnx"), "hello");
    const ran = await run("model", "inspect", directory, "--json");
    expect(ran.status).to.equal(1);
    expect(errorOf(ran).code).to.equal("MODEL_FILE_INVALID");
  });

  it("does not leave the folder for the model that verimesh.json names", async () => {
    const [folder, other] = [await tensorflowFolder(), await tensorflowFolder()];
    await rm(join(folder, "model.json"));
    await writeFile(
      join(folder, "verimesh.json"),
      JSON.stringify({ model: `../${other.split("/").at(-1)}/model.json` }),
    );
    expect(errorOf(await run("model", "inspect", folder, "--json")).code).to.equal("MODEL_FILE_INVALID");
  });

  it("fails on layers without a circuit, naming all of them and what to use instead", async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "model.onnx"), onnxBytes("Sin", "LSTM"));
    const ran = await run("model", "inspect", directory, "--json");
    expect(ran.status).to.equal(1);
    type Unsupported = { what: string; instead: string };
    const { supported, unsupported } = json(ran) as { supported: boolean; unsupported: Unsupported[] };
    expect(supported).to.equal(false);
    expect(unsupported).to.have.length(2);
    expect(unsupported[0]!.what).to.contain("Sin");
    expect(unsupported[1]!.what).to.contain("LSTM");
    expect(unsupported[1]!.instead).to.contain("attention");
    const shown = await run("model", "inspect", directory);
    expect(shown.stdout).to.contain("Unsupported").and.contain("Sin").and.contain("LSTM").and.contain("Instead");
  });

  it("names every class of a TensorFlow.js model that has no circuit, also in models within it", async () => {
    const folder = await tensorflowFolder();
    const layer = (kind: string, config: object = {}) => ({
      class_name: kind,
      config: { name: kind.toLowerCase(), ...config },
    });
    const layers = [layer("Dense"), layer("PReLU"), layer("Sequential", { layers: [layer("LSTM"), layer("ReLU")] })];
    const modelTopology = { model_config: layer("Sequential", { layers }) };
    await writeFile(join(folder, "model.json"), JSON.stringify({ modelTopology }));
    const found = await unsupportedLayers(join(folder, "model.json"));
    expect(found.map(({ name, kind }) => `${name} ${kind}`)).to.deep.equal(["prelu PReLU", "lstm LSTM"]);
    expect(found[0]!.instead).to.contain("LeakyReLU");
  });

  it("shows format, shapes and parameters of each format, without data and without a chain", async () => {
    const dense = 4 * 12 + 12 + 12 * 2 + 2;
    const cases = [
      [await tensorflowFolder(), { format: /TensorFlow\.js/, parameters: dense, scores: 2, kinds: /^dense/ }],
      [await onnxFolder(), { format: /ONNX/, parameters: dense, scores: 2, kinds: /^dense/ }],
      [await xgboostFolder(), { format: /XGBoost/, parameters: 7, scores: 1, kinds: /^trees: 2 of depth 1/ }],
    ] as const;
    for (const [folder, { format, kinds, ...expected }] of cases) {
      for (const data of ["calibration.json", "evaluation.json"]) await rm(join(folder, data));
      const ran = await run("model", "inspect", folder, "--json");
      expect(ran.status, ran.stdout + ran.stderr).to.equal(0);
      const inspection = json(ran) as { format: string; layers: { kind: string }[] };
      expect(inspection).to.deep.include({ supported: true, inputShape: [4], ...expected });
      expect(inspection.format).to.match(format);
      expect(inspection.layers[0]!.kind).to.match(kinds);
      const shown = await run("model", "inspect", folder);
      expect(shown.stdout).to.contain("[4]").and.contain(inspection.layers[0]!.kind);
    }
  });
});
