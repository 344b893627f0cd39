import { expectError } from "../testing/expectError.ts";
import { dense, tinyConvModel, tinyDenseModel } from "../testing/smallModels.ts";
import { randomModel } from "../testing/randomModel.ts";
import type { Conv2dLayer, DenseLayer, IntegerModel, Layer } from "./types.ts";
import { validateModel } from "./validateModel.ts";

/** The tiny model with one layer replaced. */
function withLayer<T extends Layer>(model: IntegerModel, index: number, change: Partial<T>): IntegerModel {
  const layers = model.layers.map((layer, k) => (k === index ? { ...layer, ...change } : layer));
  return { ...model, layers };
}

describe("validateModel", () => {
  const refusals: [string, IntegerModel, string, RegExp][] = [
    ["an unknown format", { ...tinyDenseModel(), format: "other" as never }, "MODEL_INVALID", /format is "other"/],
    ["an unknown output", { ...tinyDenseModel(), output: "softmax" as never }, "MODEL_INVALID", /output is "softmax"/],
    ["no linear layer", { ...tinyDenseModel(), layers: [] }, "MODEL_INVALID", /no dense/],
    ["an input of rank 2", { ...tinyDenseModel(), inputShape: [3, 1] }, "MODEL_INVALID", /shape \[3, 1\]/],
    [
      "an input of another size",
      { ...tinyDenseModel(), inputShape: [4] },
      "MODEL_INVALID",
      /"hidden" takes \[3\] but is given \[4\]/,
    ],
    [
      "too few weights",
      withLayer<DenseLayer>(tinyDenseModel(), 0, { weights: new Int8Array(5) }),
      "MODEL_INVALID",
      /"hidden" has 5 weights; expected an Int8Array of 6/,
    ],
    [
      "float weights",
      withLayer<DenseLayer>(tinyDenseModel(), 0, { weights: new Float32Array(6) as never }),
      "MODEL_INVALID",
      /Int8Array/,
    ],
    [
      "too many biases",
      withLayer<DenseLayer>(tinyDenseModel(), 0, { bias: new Int32Array(3) }),
      "MODEL_INVALID",
      /3 biases/,
    ],
    [
      "a missing shift",
      withLayer<DenseLayer>(tinyDenseModel(), 0, { requantization: { shifts: [1], lo: 0, hi: 255 } }),
      "MODEL_INVALID",
      /1 shifts for 2/,
    ],
    [
      "a shift of 24",
      withLayer<DenseLayer>(tinyDenseModel(), 0, { requantization: { shifts: [1, 24], lo: 0, hi: 255 } }),
      "MODEL_INVALID",
      /shift 24/,
    ],
    [
      "a range wider than 8 bits",
      withLayer<DenseLayer>(tinyDenseModel(), 0, { requantization: { shifts: [1, 1], lo: -128, hi: 128 } }),
      "MODEL_INVALID",
      /clamps to \[-128, 128\]/,
    ],
    [
      "a hidden layer that does not rescale",
      withLayer<DenseLayer>(tinyDenseModel(), 0, { requantization: null }),
      "MODEL_INVALID",
      /"hidden" does not rescale/,
    ],
    [
      "an argmax over a rescaled layer",
      withLayer<DenseLayer>(tinyDenseModel(), 1, { requantization: { shifts: [1, 1], lo: 0, hi: 255 } }),
      "MODEL_INVALID",
      /"logits" rescales/,
    ],
    [
      "an argmax over one class",
      { ...tinyDenseModel(), layers: [dense("one", [[1], [1], [1]], [0])] },
      "MODEL_INVALID",
      /at least 2/,
    ],
    [
      "an output shape that the window does not give",
      withLayer<Conv2dLayer>(tinyConvModel(), 0, { strides: [1, 2] }),
      "MODEL_INVALID",
      /gives 2 along axis 0; .* give 3/,
    ],
    [
      "padding as wide as the kernel",
      withLayer<Conv2dLayer>(tinyConvModel(), 0, { padding: { top: 2, bottom: 0, left: 0, right: 1 } }),
      "MODEL_INVALID",
      /pads top by 2/,
    ],
    ["an unbounded input", { ...tinyDenseModel(), inputShape: [2 ** 20 + 1] }, "MODEL_INVALID", /1048577/],
  ];
  for (const [name, model, code, message] of refusals) {
    it(`refuses ${name}`, () => expectError(() => validateModel(model), code, message));
  }

  it("refuses partial sums of 2^24, and accepts one less", () => {
    const model = (bias: number): IntegerModel => ({
      format: "verimesh-integer-model/1",
      inputShape: [1],
      layers: [dense("edge", [[1]], [bias])],
      output: "scores",
    });
    validateModel(model(2 ** 24 - 1 - 255));
    expectError(() => validateModel(model(2 ** 24 - 255)), "ACCUMULATOR_TOO_LARGE", /"edge" can reach 16777216/);
    expectError(() => validateModel(model(-(2 ** 24) + 255)), "ACCUMULATOR_TOO_LARGE", /"edge"/);
  });

  it("refuses cancelling weights whose partial sums are too large", () => {
    const weights = Array.from({ length: 600 }, (_, i) => [i % 2 === 0 ? 127 : -127]);
    const model: IntegerModel = {
      format: "verimesh-integer-model/1",
      inputShape: [600],
      layers: [dense("wide", weights, [0])],
      output: "scores",
    };
    expectError(() => validateModel(model), "ACCUMULATOR_TOO_LARGE", /split the layer/);
  });

  it("accepts the small models and 300 random ones", () => {
    for (const model of [tinyDenseModel(), tinyConvModel()]) validateModel(model);
    for (let seed = 0; seed < 300; seed++) validateModel(randomModel(seed));
  });
});
