import * as tf from "@tensorflow/tfjs-core";
import { layers, type Sequential } from "@tensorflow/tfjs-layers";
import { decodeOutput, encodeInput, outputPackingOf, packOutputs, parseModel, runReference } from "@verimesh/core";
import { expect } from "chai";
import { compileModel, readLayersModel, type CompileModelOptions, type SearchProgress } from "../src/index.ts";
import { build, conv, dense, optionsFor } from "./models.ts";
import { expectError } from "./read/expectError.ts";

const compile = (model: Sequential, options: CompileModelOptions) => compileModel(readLayersModel(model), options);

describe("compileModel", () => {
  describe("refuses data that do not fit", () => {
    let model: Sequential;
    let options: CompileModelOptions;
    before(async () => {
      model = await build([4], [dense(3, "relu", { name: "first" }), dense(2)]);
      options = optionsFor(model, "argmax");
    });
    const short = [new Float32Array(3)];
    const cases: [string, (o: CompileModelOptions) => Partial<CompileModelOptions>, RegExp][] = [
      [
        "calibration of another shape",
        () => ({ calibration: short }),
        /Sample 0 of the calibration data has 3 values.\nExpected 4/,
      ],
      ["no calibration", () => ({ calibration: [] }), /no calibration data/],
      ["calibration that is not finite", () => ({ calibration: [Float32Array.of(1, NaN, 0, 0)] }), /not finite/],
      [
        "targets that are missing",
        ({ evaluation }) => ({ evaluation: { ...evaluation, targets: [] } }),
        /60 evaluation samples and 0 targets/,
      ],
      [
        "an encoding of another shape",
        ({ inputEncoding }) => ({ inputEncoding: { ...inputEncoding, shape: [5] } }),
        /shape \[5\]/,
      ],
      [
        "a scale of zero",
        ({ inputEncoding }) => ({ inputEncoding: { ...inputEncoding, scale: [0] } }),
        /scale is not usable/,
      ],
      ["three labels for two classes", () => ({ labels: ["a", "b", "c"] }), /3 labels/],
      ["weights of 9 bits", () => ({ weightBits: 9 }), /weightBits is 9/],
      ["values of 2 bits", () => ({ activationBits: 2 }), /activationBits is 2.\nExpected 3 to 10/],
      ["the best three of two classes", () => ({ output: { kind: "topK", k: 3 } }), /best 3.*\nExpected 1 to 2/],
      ["a loss of two", () => ({ maximumLoss: 2 }), /maximumLoss is 2/],
      ["an error of nothing", () => ({ maximumError: 0 }), /maximumError is 0/],
    ];
    for (const [name, change, message] of cases) {
      it(name, () => expectError(() => compile(model, { ...options, ...change(options) }), "DATA_INVALID", message));
    }

    it("weights that are not finite", async () => {
      const diverged = await build([4], [dense(3, "relu", { name: "first" }), dense(2)]);
      const [kernel, bias] = diverged.layers.find(({ name }) => name === "first")!.getWeights();
      const broken = Float32Array.from(kernel!.dataSync());
      broken[5] = Infinity;
      diverged.layers.find(({ name }) => name === "first")!.setWeights([tf.tensor(broken, kernel!.shape), bias!]);
      expectError(
        () => compile(diverged, options),
        "WEIGHTS_NOT_FINITE",
        /"first" \(dense\): element 5 of its weights is Infinity/,
      );
    });

    it("a padded convolution over an input whose zero is not byte 0", async () => {
      const padded = await build(
        [6, 6, 1],
        [conv(2, 3, 1, { name: "rim", padding: "same" }), () => layers.flatten(), dense(2)],
      );
      const shifted = optionsFor(padded, "argmax", { offset: [-1], scale: [2 / 255] });
      expectError(
        () => compile(padded, shifted),
        "QUANTIZATION_IMPOSSIBLE",
        /"rim" pads an input whose encoding has an offset/,
      );
    });
  });

  describe("answers as the float model", () => {
    const image = { offset: [0] };
    const cases: [string, number[], Parameters<typeof build>[1], "scores" | "argmax", object][] = [
      ["dense, ReLU, softmax", [12], [dense(20, "relu"), dense(5, "softmax")], "argmax", {}],
      ["dense with signed values between, and a sigmoid", [12], [dense(8), dense(1, "sigmoid")], "scores", {}],
      [
        "an input with offsets per element",
        [3],
        [dense(8, "relu"), dense(3)],
        "argmax",
        { offset: [-1, 0, 5], scale: [0.01, 0.1, 0.02] },
      ],
      [
        "convolutions, valid and same, with strides",
        [11, 9, 2],
        [conv(4, 3, 2, { padding: "same" }), conv(6, 3, 1), () => layers.flatten(), dense(4)],
        "argmax",
        image,
      ],
      [
        "a convolution without bias over offset input",
        [7, 7, 1],
        [conv(4, 3, 2, { useBias: false }), () => layers.flatten(), dense(3)],
        "argmax",
        { offset: [-1], scale: [2 / 255] },
      ],
      [
        "average pooling of 3×2, then ReLU as a layer",
        [9, 8, 1],
        [
          conv(3, 2, 1, { activation: "linear" }),
          () => layers.averagePooling2d({ poolSize: [3, 2] }),
          () => layers.reLU(),
          () => layers.flatten(),
          dense(4),
        ],
        "argmax",
        image,
      ],
      [
        "average pooling of the input, dropout, activations as layers",
        [8, 8, 1],
        [
          () => layers.averagePooling2d({ poolSize: 2 }),
          () => layers.flatten(),
          () => layers.dropout({ rate: 0.5 }),
          dense(12),
          () => layers.activation({ activation: "relu" }),
          dense(3),
          () => layers.softmax(),
        ],
        "argmax",
        image,
      ],
    ];
    for (const [name, shape, makers, output, encoding] of cases) {
      it(`with ${name}`, async () => {
        const model = await build(shape, makers);
        const compiled = compile(model, optionsFor(model, output, encoding));
        expect(compiled.accuracy.samples).to.equal(60);
        if (output === "argmax") expect(compiled.accuracy.float).to.equal(1);
        expect(compiled.accuracy.integer).to.be.at.least(output === "argmax" ? 0.9 : compiled.accuracy.float - 0.1);
        expect(compiled.calibrationReport.agreement).to.be.at.least(0.9);
      });
    }

    it("with scores within 3 % of the float model's largest", async () => {
      const model = await build([10], [dense(16, "relu"), dense(2)]);
      const options = optionsFor(model, "scores");
      const { model: integer, outputEncoding } = compile(model, options);
      const { samples } = options.evaluation;
      const float = (
        model.predict(
          tf.tensor2d(
            samples.flatMap((sample) => [...sample]),
            [60, 10],
          ),
        ) as tf.Tensor
      ).dataSync();
      const largest = Math.max(...float.map(Math.abs));
      samples.forEach((sample, index) => {
        const { output } = runReference(integer, encodeInput(sample, options.inputEncoding));
        const decoded = decodeOutput(packOutputs(output, outputPackingOf(integer)), outputEncoding);
        if (decoded.kind !== "scores") throw new Error("expected scores");
        decoded.scores.forEach((score, o) => expect(score).to.be.closeTo(float[2 * index + o]!, 0.03 * largest));
      });
    });
  });

  it("gives the same files each time, and they parse to the same model", async () => {
    const make = async () => {
      const model = await build(
        [8, 8, 1],
        [
          conv(3, 3, 2, { name: "conv" }),
          () => layers.flatten({ name: "flatten" }),
          dense(4, "softmax", { name: "classes" }),
        ],
      );
      return compile(model, optionsFor(model, "argmax"));
    };
    const [first, second] = [await make(), await make()];
    expect(second.weights).to.deep.equal(first.weights);
    expect(second.architecture).to.deep.equal(first.architecture);
    expect(second.skeleton).to.equal(first.skeleton);
    expect(parseModel(first.architecture, first.weights)).to.deep.equal(first.model);
  });

  it("keeps weights in the bits that are asked for", async () => {
    const model = await build([6], [dense(9, "relu"), dense(3)]);
    const { model: integer } = compile(model, { ...optionsFor(model, "argmax"), weightBits: 5 });
    const weights = integer.nodes.flatMap((node) => ("weights" in node ? [node.weights] : []));
    expect(weights).to.have.length(2);
    for (const list of weights) expect(Math.max(...list.map(Math.abs))).to.be.within(8, 15);
  });

  it("hides what it is asked to hide, and answers with the best two", async () => {
    const model = await build([6], [dense(9, "relu"), dense(5)]);
    const compiled = compile(model, { ...optionsFor(model, "topK"), hides: "inputAndOutput" });
    expect(compiled.model.hides).to.equal("inputAndOutput");
    expect(compiled.outputEncoding).to.include({ kind: "topK", length: 2, bits: 3 });
    expect(compiled.layout.privateSignals.map(({ name }) => name)).to.include("salt");
  });

  describe("searching", () => {
    it("finds a smaller circuit within the loss, and tells every one that it tried", async () => {
      const model = await build([12], [dense(24, "relu"), dense(4, "softmax")]);
      const options = { ...optionsFor(model, "argmax"), maximumLoss: 0.1 };
      const plain = compile(model, options);
      const told: SearchProgress[] = [];
      const onSearch = (progress: SearchProgress) => void told.push(progress);
      const found = compile(model, { ...options, weightBits: "search", activationBits: "search", onSearch });
      expect(found.constraints).to.be.below(plain.constraints);
      expect(found.accuracy.float - found.accuracy.integer).to.be.at.most(0.1);
      expect(plain.trade).to.have.length(1);
      expect(found.trade.length).to.be.above(4);
      const [first] = found.trade;
      expect(first).to.include({ constraints: plain.constraints, error: plain.calibrationReport.error });
      const chosen = found.trade.filter(({ isChosen }) => isChosen);
      expect(chosen.map(({ constraints }) => constraints)).to.deep.equal([found.constraints]);
      for (const { accuracy } of found.trade) expect(accuracy).to.be.within(0, 1);
      expect(first!.accuracy).to.equal(plain.accuracy.integer);
      expect(new Set(told.map(({ part }) => part))).to.deep.equal(new Set(["steps", "candidates"]));
      for (const { done, of } of told) expect(done).to.be.within(0, of - 1);
    });

    it("takes fewer bits the more may be lost, for scores by their error", async () => {
      const model = await build([10], [dense(20, "relu"), dense(2)]);
      const options = { ...optionsFor(model, "scores"), weightBits: "search", activationBits: "search" } as const;
      const [close, rough] = [0.01, 0.2].map((maximumError) =>
        compile(model, { ...options, maximumError, maximumLoss: 1 }),
      );
      expect(close!.calibrationReport.error).to.be.at.most(0.01);
      expect(rough!.calibrationReport.error).to.be.within(0.01, 0.2);
      expect(rough!.constraints).to.be.below(close!.constraints);
    });
  });
});
