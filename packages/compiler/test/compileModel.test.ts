import * as tf from "@tensorflow/tfjs-core";
import { input as inputOf, layers, model as functional, type Sequential } from "@tensorflow/tfjs-layers";
import {
  VerimeshError,
  decodeOutput,
  encodeInput,
  outputPackingOf,
  packOutputs,
  parseModel,
  runReference,
} from "@verimesh/core";
import { expect } from "chai";
import { compileModel, type CompileModelOptions } from "../src/index.ts";
import { build, conv, dense, optionsFor } from "./models.ts";

function expectError(run: () => unknown, code: string, message: RegExp): void {
  expect(run)
    .to.throw(VerimeshError)
    .that.satisfies((error: VerimeshError) => {
      expect(error.code).to.equal(code);
      expect(error.message).to.match(message);
      return true;
    });
}

describe("compileModel", () => {
  describe("refuses a layer that it does not support, naming it and what is supported", () => {
    const cases: [string, number[], Parameters<typeof build>[1], RegExp][] = [
      [
        "a max pooling",
        [8, 8, 1],
        [() => layers.maxPooling2d({ name: "peak", poolSize: 2 }), () => layers.flatten(), dense(2)],
        /"peak" \(MaxPooling2D\).*\nSupported are: InputLayer, Dense/,
      ],
      [
        "a batch normalization",
        [8, 8, 1],
        [() => layers.batchNormalization({ name: "norm" }), () => layers.flatten(), dense(2)],
        /"norm" \(BatchNormalization\)/,
      ],
      ["a tanh", [4], [dense(3, "tanh", { name: "bent" }), dense(2)], /"bent" \(Dense\) has activation "tanh"/],
      [
        "a ReLU with a maximum",
        [4],
        [dense(3), () => layers.reLU({ name: "six", maxValue: 6 }), dense(2)],
        /"six" \(ReLU\) has a maximum/,
      ],
      [
        "a ReLU on the input",
        [4],
        [() => layers.reLU({ name: "early" }), dense(2)],
        /"early" \(ReLU\) is a ReLU on the input/,
      ],
      [
        "a softmax in the middle",
        [4],
        [dense(3, "softmax", { name: "soft" }), dense(2)],
        /"soft" \(Dense\) has a softmax before the end/,
      ],
      ["a ReLU at the end", [4], [dense(3, "relu", { name: "end" })], /"end" is the last and has a ReLU/],
      [
        "an average pooling at the end",
        [4, 4, 1],
        [() => layers.averagePooling2d({ poolSize: 2 })],
        /does not end in a Dense or Conv2D/,
      ],
      [
        "an average pooling with padding",
        [5, 5, 1],
        [
          () => layers.averagePooling2d({ name: "mean", poolSize: 2, padding: "same" }),
          () => layers.flatten(),
          dense(2),
        ],
        /"mean".* pads "same"/,
      ],
      [
        "a dilated convolution",
        [8, 8, 1],
        [conv(1, 3, 1, { name: "wide", dilationRate: 2 }), () => layers.flatten(), dense(2)],
        /"wide" \(Conv2D\) is dilated/,
      ],
      [
        "a dense on an image",
        [4, 4, 1],
        [dense(3, "linear", { name: "deep" })],
        /"deep" \(Dense\) takes an image.\nA Flatten/,
      ],
    ];
    for (const [name, shape, makers, message] of cases) {
      it(name, async () => {
        const model = await build(shape, makers);
        expectError(() => compileModel(model, optionsFor(model, "scores")), "LAYER_UNSUPPORTED", message);
      });
    }
  });

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
    ];
    for (const [name, change, message] of cases) {
      it(name, () =>
        expectError(() => compileModel(model, { ...options, ...change(options) }), "DATA_INVALID", message),
      );
    }

    it("weights that are not finite", async () => {
      const diverged = await build([4], [dense(3, "relu", { name: "first" }), dense(2)]);
      const [kernel, bias] = diverged.layers.find(({ name }) => name === "first")!.getWeights();
      const broken = Float32Array.from(kernel!.dataSync());
      broken[5] = Infinity;
      diverged.layers.find(({ name }) => name === "first")!.setWeights([tf.tensor(broken, kernel!.shape), bias!]);
      expectError(
        () => compileModel(diverged, options),
        "WEIGHTS_NOT_FINITE",
        /"first" has a weight that is Infinity \(element 5\)/,
      );
    });

    it("a padded convolution over an input whose zero is not byte 0", async () => {
      const padded = await build(
        [6, 6, 1],
        [conv(2, 3, 1, { name: "rim", padding: "same" }), () => layers.flatten(), dense(2)],
      );
      const shifted = optionsFor(padded, "argmax", { offset: [-1], scale: [2 / 255] });
      expectError(
        () => compileModel(padded, shifted),
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
        const compiled = compileModel(model, optionsFor(model, output, encoding));
        expect(compiled.accuracy.samples).to.equal(60);
        if (output === "argmax") expect(compiled.accuracy.float).to.equal(1);
        expect(compiled.accuracy.integer).to.be.at.least(output === "argmax" ? 0.9 : compiled.accuracy.float - 0.1);
        expect(compiled.calibrationReport.agreement).to.be.at.least(0.9);
      });
    }

    it("with scores within 3 % of the float model's largest", async () => {
      const model = await build([10], [dense(16, "relu"), dense(2)]);
      const options = optionsFor(model, "scores");
      const { model: integer, outputEncoding } = compileModel(model, options);
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
    const compile = async () => {
      const model = await build(
        [8, 8, 1],
        [conv(3, 3, 2), () => layers.flatten({ name: "flatten" }), dense(4, "softmax", { name: "classes" })],
      );
      const named = compileModel(model, optionsFor(model, "argmax"));
      return {
        ...named,
        architecture: {
          ...named.architecture,
          layers: named.architecture.layers.map((layer) => ({ ...layer, name: "" })),
        },
      };
    };
    const [first, second] = [await compile(), await compile()];
    expect(second.weights).to.deep.equal(first.weights);
    expect(second.architecture).to.deep.equal(first.architecture);
    expect(second.skeleton).to.equal(first.skeleton);
    const model = await build([6], [dense(4, "relu"), dense(2)]);
    const compiled = compileModel(model, optionsFor(model, "argmax"));
    expect(parseModel(compiled.architecture, compiled.weights)).to.deep.equal(compiled.model);
  });

  it("keeps weights in the bits that are asked for", async () => {
    const model = await build([6], [dense(9, "relu"), dense(3)]);
    const { model: integer } = compileModel(model, { ...optionsFor(model, "argmax"), weightBits: 5 });
    for (const layer of integer.layers) {
      if ("weights" in layer) expect(Math.max(...layer.weights.map(Math.abs))).to.be.within(8, 15);
    }
  });

  it("reads a model made with the functional interface, and refuses one that branches", async () => {
    await build([4], []);
    const input = inputOf({ shape: [4] });
    const hidden = layers.dense({ units: 5, activation: "relu" }).apply(input) as never;
    const chain = functional({ inputs: input, outputs: layers.dense({ units: 2 }).apply(hidden) as never });
    expect(compileModel(chain, optionsFor(chain as never, "argmax")).model.layers).to.have.length(2);
    const branch = layers.dense({ name: "side", units: 5 }).apply(input) as never;
    const sum = layers.add({ name: "sum" }).apply([hidden, branch]) as never;
    const branched = functional({ inputs: input, outputs: layers.dense({ units: 2 }).apply(sum) as never });
    expectError(
      () => compileModel(branched, optionsFor(branched as never, "argmax")),
      "LAYER_UNSUPPORTED",
      /"side" \(Dense\) does not follow|"sum" \(Add\)/,
    );
  });
});
