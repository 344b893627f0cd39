import { isRearranging, type OutputRule } from "@verimesh/core";
import { expect } from "chai";
import { compileModel, readLayersModel, type CompiledModel, type CompileModelOptions } from "../../src/index.ts";
import {
  inspectModel,
  layerTable,
  reportModel,
  tradeTable,
  writeReportHtml,
  writeReportSvg,
  type ModelReport,
} from "../../src/report/index.ts";
import { build, dense, optionsFor } from "../models.ts";

/** What a hostile file may call a layer: markup, quotes, a terminal's escape, right-to-left, half a character. */
const HOSTILE = `</text><script>alert("1")</script>' onload=x & \u001b[31m \u202e \ud800`;

const MEASURED = { prover: "a prover", constraints: 100, keyBytes: 5000, witnessSeconds: 0.01, proveSeconds: 0.2 };

describe("a model's report", () => {
  let compiled: CompiledModel;
  let report: ModelReport;

  const compile = async (options: Partial<CompileModelOptions> = {}, output: OutputRule["kind"] = "argmax") => {
    const layersModel = await build([6], [dense(8, "relu"), dense(3, "softmax")]);
    const float = readLayersModel(layersModel);
    const nodes = float.nodes.map((node, k) => ({ ...node, name: `${k} ${HOSTILE}` }));
    return compileModel({ ...float, nodes }, { ...optionsFor(layersModel, output), ...options });
  };
  const reportOf = (of: CompiledModel, measured: typeof MEASURED | null = null) =>
    reportModel(of, { name: HOSTILE, description: HOSTILE, floatModel: { format: HOSTILE }, measured });

  before(async () => {
    compiled = await compile({ weightBits: "search", activationBits: "search", maximumLoss: 0.05 });
    report = reportOf(compiled);
  });

  it("says nothing of times where no proof was made", () => {
    expect(report.measured).to.equal(null);
    for (const candidate of report.candidates) expect(candidate.proveSeconds).to.equal(null);
    expect(tradeTable(report).rows.flat()).to.include("not measured");
    expect(writeReportHtml(report)).to.contain("nothing is said about proving time");
  });

  it("lets no name of a model's become markup, an attribute or a command to the terminal", () => {
    for (const text of [writeReportHtml(report), writeReportSvg(report)]) {
      expect(text).not.to.match(/<script|<\/text><|onload=x(?! &#38;)/);
      expect(text).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\ud800]/);
      expect(text.replace(/&#\d+;/g, "")).not.to.contain("&");
      // Every quote that is left belongs to an attribute of ours.
      for (const tag of text.match(/<[^>]*>/g)!) expect(tag.split('"').length % 2, tag).to.equal(1);
    }
    for (const row of layerTable(report.layers).rows) expect(row.join("")).not.to.contain("\u001b");
  });

  it("is one page that runs nothing and fetches nothing", () => {
    const page = writeReportHtml(report);
    expect(page).to.contain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.to.match(/<(script|link|img|iframe|object|embed|base|form)\b|\b(src|href|on\w+)="/i);
    expect(page.match(/https?:[^"]*/g)).to.deep.equal(["http://www.w3.org/2000/svg"]);
    expect(page).to.contain("<svg").and.contain("</svg>");
  });

  it("opens and closes every element of its picture", () => {
    const open: string[] = [];
    for (const [, slash, name, rest] of writeReportSvg(report).matchAll(/<(\/?)(\w+)([^>]*)>/g)) {
      if (slash === "/") expect(open.pop()).to.equal(name);
      else if (!rest!.endsWith("/")) open.push(name!);
    }
    expect(open).to.deep.equal([]);
    expect(writeReportSvg(report)).not.to.match(/NaN|Infinity|undefined/);
  });

  it("has a row for each candidate, one of them chosen, as the compiler gave them", () => {
    expect(report.candidates.map(({ constraints }) => constraints)).to.deep.equal(
      compiled.trade.map(({ constraints }) => constraints),
    );
    expect(report.candidates).to.have.length.above(1);
    expect(report.candidates.filter(({ isChosen }) => isChosen)).to.have.length(1);
    const chosen = report.candidates.find(({ isChosen }) => isChosen)!;
    expect(chosen).to.include({ constraints: compiled.constraints, accuracy: compiled.accuracy.integer });
    expect(report.candidates[0]!.weightBits).to.deep.equal([8, 8]);
    expect(report.candidates.at(-1)!.weightBits[0]).to.be.below(8);
    expect(writeReportSvg(report)).to.contain("chosen: ");
  });

  it("tells of every part with wires what it costs; together they are the circuit", () => {
    const sum = report.layers.reduce((total, { constraints }) => total + constraints, 0);
    expect(sum).to.equal(compiled.constraints);
    expect(report.layers.reduce((total, { share }) => total + share, 0)).to.be.closeTo(1, 1e-9);
    const withWires = compiled.model.nodes.filter((node) => !isRearranging(node));
    expect(report.layers).to.have.length(withWires.length + 2);
  });

  it("states bits that hold every weight", async () => {
    const { layers } = reportOf(await compile({ weightBits: 4 }));
    const widths = layers.filter(({ kind }) => kind === "dense").map(({ weightBits }) => weightBits);
    expect(widths).to.deep.equal([4, 4]);
  });

  it("scales the time of a measured proof by constraints, and takes the measured key for the chosen circuit", () => {
    const measured = { ...MEASURED, constraints: compiled.constraints };
    for (const candidate of reportOf(compiled, measured).candidates) {
      expect(candidate.proveSeconds).to.be.closeTo((0.2 * candidate.constraints) / compiled.constraints, 1e-12);
      if (candidate.isChosen) expect(candidate.keyBytes).to.equal(5000);
      else expect(candidate.keyBytes).to.be.above(20_000);
    }
  });

  it("draws a picture of a single candidate and of scores, too", async () => {
    for (const output of ["argmax", "scores"] as const) {
      const picture = writeReportSvg(reportOf(await compile({}, output)));
      expect(picture)
        .to.contain("chosen: ")
        .and.not.match(/NaN|Infinity/);
    }
  });

  it("asks more gas of more public words", () => {
    const { layout } = compiled;
    const more = { ...compiled, layout: { ...layout, outputWords: 4, inputWords: 3 } };
    const [least, most] = [reportOf(compiled).gas, reportOf(more).gas];
    expect(most.settle - least.settle).to.equal(5 * 7_390);
    expect(most.request).to.be.above(least.request);
    expect(most.assign).to.equal(least.assign);
  });
});

describe("inspecting a model", () => {
  it("counts parameters and names what each layer computes, in printable text", async () => {
    const float = readLayersModel(await build([6], [dense(8, "relu"), dense(3, "softmax")]));
    const nodes = float.nodes.map((node, k) => ({ ...node, name: `${k}\u001b[2J` }));
    const inspection = inspectModel({ ...float, nodes });
    expect(inspection).to.include({ scores: 3, droppedActivation: "softmax", parameters: 6 * 8 + 8 + 8 * 3 + 3 });
    expect(inspection.layers.map(({ kind }) => kind)).to.deep.equal(["dense", "unary: relu", "dense"]);
    for (const { name } of inspection.layers) expect(name).not.to.contain("\u001b");
  });

  it("tells how many trees there are and how deep they go", () => {
    const leaf = { kind: "leaf", contributions: [{ output: 0, value: 1 }] } as const;
    const split = (left: number, right: number) => ({ kind: "split", feature: 0, threshold: 1, left, right }) as const;
    const { layers, parameters } = inspectModel({
      ...{ format: "trees", inputShape: [1], droppedActivation: "linear" },
      nodes: [
        {
          ...{ op: "trees", name: "trees", source: 0, shape: [1], outputs: 1, base: Float64Array.of(0) },
          trees: [{ nodes: [leaf] }, { nodes: [split(1, 2), leaf, split(3, 4), leaf, leaf] }],
        },
      ],
    });
    expect(layers[0]!.kind).to.equal("trees: 2 of depth 2");
    expect(parameters).to.equal(7);
  });
});
