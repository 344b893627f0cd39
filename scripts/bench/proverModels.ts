import { type Conv2dLayer, type DenseLayer, type IntegerModel, type Layer, Random } from "@verimesh/core";

/** Models of random weights in the shapes that people use: a proof costs the same whatever the weights are. */
export const proverModels = {
  /** About 2^13 constraints. */
  "MLP 784-72-10": () => modelOf([28, 28, 1], [flatten([28, 28, 1]), dense("hidden", 784, 72), scores(72)]),
  /** About 2^15. */
  "MLP 784-512-256-10": () =>
    modelOf([28, 28, 1], [flatten([28, 28, 1]), dense("first", 784, 512), dense("second", 512, 256), scores(256)]),
  /** About 2^17, 142 k: LeNet with 6 × 24 × 24 and 23 × 8 × 8 rescaled outputs and average pooling. */
  LeNet: () =>
    modelOf(
      [28, 28, 1],
      [
        conv("conv1", [28, 28, 1], 5, 6),
        pool("pool1", [24, 24, 6]),
        conv("conv2", [12, 12, 6], 5, 23),
        pool("pool2", [8, 8, 23]),
        flatten([4, 4, 23]),
        dense("dense1", 368, 120),
        dense("dense2", 120, 84),
        scores(84),
      ],
    ),
} as const satisfies Record<string, () => IntegerModel>;

const random = new Random(20_260);

export function randomInput(): Uint8Array {
  return Uint8Array.from({ length: 784 }, () => random.integer(0, 255));
}

function modelOf(inputShape: readonly number[], layers: readonly Layer[]): IntegerModel {
  return { format: "verimesh-integer-model/1", inputShape, layers, output: "argmax" };
}

/** Small enough that no partial sum reaches 2^24, with a shift that keeps outputs within eight bits. */
function parametersOf(count: number, fanIn: number, units: number) {
  const limit = Math.min(127, Math.floor(2 ** 22 / (fanIn * 255)));
  return {
    weights: Int8Array.from({ length: count }, () => random.integer(-limit, limit)),
    bias: Int32Array.from({ length: units }, () => random.integer(-1000, 1000)),
    shift: Math.max(0, Math.round(Math.log2(limit * Math.sqrt(fanIn)))),
  };
}

function dense(name: string, inputs: number, units: number): DenseLayer {
  const { weights, bias, shift } = parametersOf(inputs * units, inputs, units);
  const requantization = { shifts: Array.from({ length: units }, () => shift), lo: 0, hi: 255 };
  return { kind: "dense", name, inputs, units, weights, bias, requantization };
}

function scores(inputs: number): DenseLayer {
  return { ...dense("scores", inputs, 10), requantization: null };
}

function conv(
  name: string,
  inputShape: readonly [number, number, number],
  kernel: number,
  channels: number,
): Conv2dLayer {
  const [height, width, depth] = inputShape;
  const { weights, bias, shift } = parametersOf(kernel * kernel * depth * channels, kernel * kernel * depth, channels);
  return {
    kind: "conv2d",
    name,
    inputShape,
    outputShape: [height - kernel + 1, width - kernel + 1, channels],
    kernel: [kernel, kernel],
    strides: [1, 1],
    padding: { top: 0, bottom: 0, left: 0, right: 0 },
    weights,
    bias,
    requantization: { shifts: Array.from({ length: channels }, () => shift), lo: 0, hi: 255 },
  };
}

function pool(name: string, inputShape: readonly [number, number, number]): Layer {
  const [height, width, channels] = inputShape;
  return {
    kind: "averagePool2d",
    name,
    inputShape,
    outputShape: [height / 2, width / 2, channels],
    poolSize: [2, 2],
    strides: [2, 2],
    multiplier: 1,
    requantization: { shifts: Array.from({ length: channels }, () => 2), lo: 0, hi: 255 },
  };
}

function flatten(inputShape: readonly number[]): Layer {
  return { kind: "flatten", name: "flatten", inputShape };
}
