import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
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

  it("fails on a layer without a circuit, naming it and what to use instead", async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "model.onnx"), onnxBytes("Sin"));
    const ran = await run("model", "inspect", directory, "--json");
    expect(ran.status).to.equal(1);
    const { supported, unsupported } = json(ran) as { supported: boolean; unsupported: Record<string, string> };
    expect(supported).to.equal(false);
    expect(unsupported["what"]).to.contain("Sin");
    expect(unsupported["instead"]).not.to.equal("");
    const shown = await run("model", "inspect", directory);
    expect(shown.stdout).to.contain("Unsupported").and.contain("Sin").and.contain("Instead");
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
