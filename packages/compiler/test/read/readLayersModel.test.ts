import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import {
  initializers,
  input,
  layers,
  model,
  sequential,
  type LayersModel,
  type SymbolicTensor,
} from "@tensorflow/tfjs-layers";
import { elementCount, Random } from "@verimesh/core";
import { deepRuns } from "@verimesh/core/testing";
import { expect } from "chai";
import fc from "fast-check";
import { runFloat, stack } from "../../src/float/runFloat.ts";
import { checkReading } from "../../src/read/checkReading.ts";
import { readLayersModel } from "../../src/read/layers/readLayersModel.ts";
import { expectError } from "./expectError.ts";
import { randomLayersModel } from "./randomLayersModel.ts";

function chain(
  inputShape: (number | null)[],
  ...list: Parameters<ReturnType<typeof sequential>["add"]>[0][]
): LayersModel {
  const chained = sequential();
  chained.add(layers.inputLayer({ inputShape }));
  for (const layer of list) chained.add(layer);
  return chained;
}

/** The largest difference between the reading and the model, on fresh samples. */
function difference(layersModel: LayersModel, seed: number): number {
  const read = readLayersModel(layersModel);
  const random = new Random(seed);
  const size = elementCount(read.inputShape);
  const samples = Array.from({ length: 3 }, () => Float32Array.from({ length: size }, () => 4 * random.next() - 2));
  const mine = runFloat(read, samples).flatMap((values) => [...values.at(-1)!]);
  const theirs = tf.tidy(() => (layersModel.predict(stack(samples, read.inputShape)) as tf.Tensor).dataSync());
  const scale = Math.max(1, ...theirs.map(Math.abs));
  expect(mine).to.have.lengthOf(theirs.length);
  return Math.max(...mine.map((value, index) => Math.abs(value - theirs[index]!))) / scale;
}

describe("readLayersModel", () => {
  before(async () => {
    tf.env().set("PROD", true);
    await tf.setBackend("cpu");
  });
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const refuses = (layersModel: LayersModel, message: RegExp, code = "LAYER_UNSUPPORTED") =>
    expectError(() => readLayersModel(layersModel), code, message);

  it("refuses a layer that it does not know by name, with the nearest alternative", () => {
    refuses(
      chain([4, 2], layers.lstm({ units: 3, recurrentInitializer: "zeros" })),
      /\(LSTM\) is not supported[^]*Use Conv1D/,
    );
    refuses(chain([4, 4, 2], layers.conv2dTranspose({ filters: 1, kernelSize: 2 })), /Conv2DTranspose[^]*UpSampling2D/);
    refuses(chain([4], layers.prelu()), /PReLU[^]*Use LeakyReLU/);
  });

  it("refuses options that it cannot do exactly", () => {
    const conv = { filters: 1, kernelSize: 2 };
    refuses(chain([2, 4, 4], layers.conv2d({ ...conv, dataFormat: "channelsFirst" })), /channelsLast/);
    refuses(chain([5, 4, 2], layers.averagePooling2d({ poolSize: 2, padding: "same" })), /divides by fewer/);
    refuses(chain([4, 4, 2], layers.upSampling2d({ interpolation: "bilinear" })), /nearest/);
    refuses(chain([4, 2], layers.batchNormalization({ axis: 1 })), /works on axis 1/);
    refuses(chain([4, 2], layers.layerNormalization({ axis: [1, 2] })), /works on axis 1, 2/);
    refuses(
      chain([4], layers.dense({ units: 2, activation: "logSoftmax" as "relu" })),
      /activation "logSoftmax"[^]*tanh/,
    );
  });

  it("refuses what TensorFlow.js builds but cannot run", () => {
    const elu = layers.elu();
    const layersModel = chain([2], elu);
    Object.assign(elu, {
      call: () => {
        throw new Error("not implemented");
      },
    });
    refuses(layersModel, /cannot run the model[^]*not implemented/);
  });

  it("refuses several inputs, several outputs, open shapes and a model that does nothing", () => {
    const [a, b] = [input({ shape: [2] }), input({ shape: [2] })];
    refuses(model({ inputs: [a, b], outputs: layers.add().apply([a, b]) as SymbolicTensor }), /takes 2 inputs/);
    const twice = [1, 2].map((units) => layers.dense({ units }).apply(a) as SymbolicTensor);
    refuses(model({ inputs: a, outputs: twice }), /gives 2 outputs/);
    refuses(chain([null, 2], layers.dense({ units: 1 })), /of shape \[, 2\]/);
    refuses(chain([2], layers.dropout({ rate: 0.5 }), layers.softmax()), /nothing to its input/);
  });

  it("refuses weights that are not finite", () => {
    const kernelInitializer = initializers.constant({ value: NaN });
    refuses(
      chain([2], layers.dense({ units: 1, kernelInitializer })),
      /element 0 of its weights is NaN/,
      "WEIGHTS_NOT_FINITE",
    );
  });

  it("notices a reading that gives other answers", () => {
    const layersModel = chain([3], layers.dense({ units: 2, kernelInitializer: "ones" }));
    const read = readLayersModel(layersModel);
    const weights = Float32Array.of(1, 1, 1, 1, 1, 1.01);
    const misread = { ...read, nodes: [{ ...read.nodes[0]!, weights } as (typeof read.nodes)[0]] };
    expectError(() => checkReading(misread, (x) => layersModel.predict(x) as tf.Tensor), "MODEL_MISREAD", /differ by/);
  });

  it("drops the last softmax, keeps the others, and names nodes after their layers", () => {
    const read = readLayersModel(
      chain(
        [4, 2],
        layers.softmax({ name: "rows", axis: -1 }),
        layers.flatten({ name: "flat" }),
        layers.dense({ name: "scores", units: 3, activation: "softmax" }),
      ),
    );
    expect(read.format).to.equal("TensorFlow.js Layers");
    expect(read.droppedActivation).to.equal("softmax");
    expect(read.nodes.map(({ name, op }) => [name, op])).to.deep.equal([
      ["rows", "softmax"],
      ["flat", "reshape"],
      ["scores", "dense"],
    ]);
  });

  it("reads an embedding, whose input is whole numbers", () => {
    const read = readLayersModel(
      chain(
        [5],
        layers.embedding({ inputDim: 7, outputDim: 3, inputLength: 5 }),
        layers.globalAveragePooling1d({}),
        layers.dense({ units: 2 }),
      ),
    );
    expect(read.nodes.map(({ op }) => op)).to.deep.equal(["embedding", "reshape", "averagePool2d", "reshape", "dense"]);
  });

  it("gives the model's own predictions on random functional models of all layers", () => {
    const property = fc.property(fc.nat(1e6), (seed) => {
      expect(difference(randomLayersModel(seed), seed)).to.be.below(1e-4);
    });
    fc.assert(property, { numRuns: deepRuns(60) });
  });
});
