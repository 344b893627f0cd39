import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ModelReport } from "@verimesh/compiler/report";
import { expect } from "chai";
import { errorOf, run, type Ran, temporaryDirectory } from "../run.ts";
import { onnxFolder, tensorflowFolder, xgboostFolder } from "./modelFolders.ts";

type Compiled = ModelReport & { readonly files: Readonly<Record<string, string>> };

const chosenOf = ({ candidates }: ModelReport) => candidates.find(({ isChosen }) => isChosen)!;

describe("verimesh model compile", () => {
  before(async () => {
    process.env["XDG_CACHE_HOME"] = await temporaryDirectory();
  });

  after(() => {
    delete process.env["XDG_CACHE_HOME"];
  });

  const compile = (folder: string, ...options: string[]) => run("model", "compile", folder, ...options, "--json");
  const compiled = async (folder: string, ...options: string[]): Promise<Compiled> => {
    const ran: Ran = await compile(folder, ...options);
    expect(ran.status, ran.stdout + ran.stderr).to.equal(0);
    return JSON.parse(ran.stdout.trimEnd().split("\n").at(-1)!) as Compiled;
  };

  it("refuses options that are none, and a loss without a search, before anything is written", async () => {
    const folder = await tensorflowFolder();
    const wrong = [
      ["--bits", "2"],
      ["--bits", "9"],
      ["--hides", "all"],
      ["--maximum-loss", "1.5"],
    ] as const;
    for (const options of wrong) expect(errorOf(await compile(folder, ...options)).code).to.equal("USAGE");
    expect(errorOf(await compile(folder, "--maximum-loss", "-1%")).code).to.equal("USAGE");
    expect(errorOf(await compile(folder, "--maximum-loss", "1%")).code).to.equal("OPTION_INVALID");
    expect(await readdir(folder)).not.to.include("compiled");
  });

  it("refuses a folder without data, naming the file", async () => {
    const folder = await onnxFolder();
    await rm(join(folder, "calibration.json"));
    const { code, message } = errorOf(await compile(folder));
    expect(code).to.equal("MODEL_FOLDER_INVALID");
    expect(message).to.contain("calibration.json");
  });

  it("refuses data that does not fit the model", async () => {
    const folder = await xgboostFolder();
    await writeFile(join(folder, "calibration.json"), "[[1, 2]]");
    expect(errorOf(await compile(folder)).code).to.equal("DATA_INVALID");
  });

  it("compiles each format, proves it, and estimates of its key what the key turns out to be", async () => {
    const cases = [
      [await tensorflowFolder(), "--hides", "nothing"],
      [await xgboostFolder(), "--hides", "input"],
      [await onnxFolder(), "--hides", "inputAndOutput"],
    ] as const;
    for (const [index, [folder, ...options]] of cases.entries()) {
      const estimated = await compiled(folder, ...options, "--no-prove");
      expect(estimated.measured).to.equal(null);
      expect(estimated.hides).to.equal(options[1]);
      // Circuits with many hashes take circom seconds.
      if (index === 2 && !process.env["VERIMESH_DEEP"]) continue;
      const made = await compiled(folder, ...options);
      expect(made.measured!.constraints, made.format).to.equal(chosenOf(estimated).constraints);
      expect(made.measured!.proveSeconds).to.be.above(0);
      const { keyBytes } = made.measured!;
      expect(chosenOf(made).keyBytes).to.equal(keyBytes);
      expect(chosenOf(estimated).keyBytes, made.format).to.be.within(0.93 * keyBytes, 1.07 * keyBytes);
    }
  });

  it("searches fewer bits, and writes report, picture, circuit and weights where it is told", async () => {
    const out = join(await temporaryDirectory(), "made");
    const options = ["--bits", "search", "--maximum-loss", "20%", "--out", out, "--no-prove"];
    const report = await compiled(await tensorflowFolder(), ...options);
    expect(report.candidates).to.have.length.above(1);
    expect(chosenOf(report).constraints).to.be.below(report.candidates[0]!.constraints);
    expect(report.accuracy.integer).to.be.at.least(report.accuracy.float - 0.2);
    const read = (name: string) => readFile(report.files[name]!, "utf8");
    expect(report.files["report"]).to.equal(join(out, "report.html"));
    expect(await read("report"))
      .to.contain("<h1>tiny</h1>")
      .and.contain("chosen")
      .and.contain("<svg");
    expect(await read("picture")).to.match(/^<svg xmlns/);
    expect(await read("circuit")).to.contain("pragma circom");
    expect(JSON.parse(await read("architecture"))).to.have.property("nodes");
    expect((await readFile(report.files["weights"]!)).length).to.be.above(50);
  });

  it("prints the trade and the layers for people", async () => {
    const { stdout, status } = await run("model", "compile", await xgboostFolder(), "--bits", "6", "--no-prove");
    expect(status).to.equal(0);
    for (const text of ["float", "integer", "settlement gas", "chosen", "value bits", "atLeast", "report.html"]) {
      expect(stdout).to.contain(text);
    }
  });
});
