import {
  FLOAT32_EXACT_LIMIT,
  Random,
  VerimeshError,
  elementCount,
  linearLayers,
  modelBounds,
  runReference,
  type Conv2dLayer,
  type DenseLayer,
  type IntegerModel,
  type LinearLayer,
  type Trace,
} from "@verimesh/core";
import type { Backend } from "./backend.ts";
import { createExecutor } from "./executor.ts";

/** What a backend gave; `createExecutor` in production, something broken in a test. */
export type RunOnBackend = (model: IntegerModel, input: Uint8Array) => Promise<Trace>;

/**
 * Checks that a backend agrees with the reference bit for bit on a fixed set of layers whose partial sums come close to
 * 2^24: there a convolution that is not a plain sum (Winograd, FFT) or a reduced precision shows.
 *
 * @param run what is tested; default the executor on that backend
 * @returns number of values compared
 * @throws VerimeshError `BACKEND_DISAGREES`, naming the first layer and element that differ
 */
export async function selfTest(backend: Backend, run: RunOnBackend = runOn(backend)): Promise<number> {
  let compared = 0;
  for (const model of selfTestModels()) {
    for (const seed of [1, 2]) {
      const input = hardInput(seed, elementCount(model.inputShape));
      compared += compareTraces(backend, model, runReference(model, input), await run(model, input));
    }
  }
  return compared;
}

function runOn(backend: Backend): RunOnBackend {
  return async (model, input) => {
    const executor = await createExecutor(model, backend);
    try {
      return await executor.run(input);
    } finally {
      await executor.dispose();
    }
  };
}

function compareTraces(backend: Backend, model: IntegerModel, expected: Trace, actual: Trace): number {
  let compared = 0;
  let rescaled = 0;
  const compare = (layer: LinearLayer, what: string, a: Int32Array, b: Int32Array | undefined) => {
    const index = b?.length === a.length ? a.findIndex((value, i) => value !== b[i]) : 0;
    compared += a.length;
    if (b !== undefined && index < 0) return;
    throw new VerimeshError(`Backend ${backend.name} disagrees with the reference.`, {
      code: "BACKEND_DISAGREES",
      details:
        `Layer "${layer.name}", ${what} ${index}: expected ${a[index]}, got ${b?.[index]}. ` +
        `Answers of this backend cannot be proved. Use another: wasm or cpu.`,
    });
  };
  linearLayers(model).forEach((layer, k) => {
    compare(layer, "accumulator", expected.accumulators[k]!, actual.accumulators[k]);
    if (layer.requantization === null) return;
    compare(layer, "activation", expected.activations[rescaled]!, actual.activations[rescaled]);
    rescaled++;
  });
  return compared;
}

/** Mostly 255, so that sums come near their bound, with odd values that any rounding would lose. */
function hardInput(seed: number, length: number): Uint8Array {
  const random = new Random(seed);
  return Uint8Array.from({ length }, () => (random.chance(0.8) ? 255 : random.integer(0, 254)));
}

/** The fixed layers: dense, and convolutions of the sizes for which libraries have special algorithms. */
export function selfTestModels(): IntegerModel[] {
  return [
    denseModel("dense 518 to 32", 518, 32, 11),
    denseModel("dense 33 to 7", 33, 7, 12),
    convModel("conv 3x3, stride 1, same", { size: 9, channels: 57, units: 8, kernel: 3, stride: 1, same: true }, 13),
    convModel("conv 3x3, stride 2, same", { size: 10, channels: 57, units: 6, kernel: 3, stride: 2, same: true }, 14),
    convModel("conv 5x5, stride 1, valid", { size: 9, channels: 20, units: 6, kernel: 5, stride: 1, same: false }, 15),
    convModel("conv 1x1", { size: 5, channels: 64, units: 16, kernel: 1, stride: 1, same: false }, 16),
    convModel("conv 7x7, one channel", { size: 16, channels: 1, units: 4, kernel: 7, stride: 3, same: true }, 17),
    poolModel(),
  ];
}

function denseModel(name: string, inputs: number, units: number, seed: number): IntegerModel {
  const random = new Random(seed);
  const first: DenseLayer = {
    kind: "dense",
    name,
    inputs,
    units,
    weights: hardWeights(random, inputs * units),
    bias: Int32Array.from({ length: units }, () => random.integer(-999, 999)),
    requantization: { shifts: Array.from({ length: units }, (_, o) => 8 + (o % 10)), lo: -128, hi: 127 },
  };
  const second: DenseLayer = {
    kind: "dense",
    name: `${name}, scores`,
    inputs: units,
    units: 3,
    weights: hardWeights(random, units * 3),
    bias: new Int32Array(3),
    requantization: null,
  };
  return withinBounds({
    format: "verimesh-integer-model/1",
    inputShape: [inputs],
    layers: [first, second],
    output: "scores",
  });
}

interface ConvSize {
  readonly size: number;
  readonly channels: number;
  readonly units: number;
  readonly kernel: number;
  readonly stride: number;
  readonly same: boolean;
}

function convModel(
  name: string,
  { size, channels, units, kernel, stride, same }: ConvSize,
  seed: number,
): IntegerModel {
  const random = new Random(seed);
  const side = same ? Math.ceil(size / stride) : Math.floor((size - kernel) / stride) + 1;
  const zeros = same ? Math.max(0, (side - 1) * stride + kernel - size) : 0;
  const [before, after] = [Math.floor(zeros / 2), Math.ceil(zeros / 2)];
  const layer: Conv2dLayer = {
    kind: "conv2d",
    name,
    inputShape: [size, size, channels],
    outputShape: [side, side, units],
    kernel: [kernel, kernel],
    strides: [stride, stride],
    padding: { top: before, bottom: after, left: before, right: after },
    weights: hardWeights(random, kernel * kernel * channels * units),
    bias: Int32Array.from({ length: units }, () => random.integer(-999, 999)),
    requantization: { shifts: Array.from({ length: units }, (_, o) => 10 + (o % 8)), lo: 0, hi: 255 },
  };
  const inputShape = layer.inputShape;
  return withinBounds({ format: "verimesh-integer-model/1", inputShape, layers: [layer], output: "scores" });
}

function poolModel(): IntegerModel {
  const layer: LinearLayer = {
    kind: "averagePool2d",
    name: "average pooling 3x2, strides 2 and 1",
    inputShape: [9, 8, 5],
    outputShape: [4, 7, 5],
    poolSize: [3, 2],
    strides: [2, 1],
    multiplier: 127,
    requantization: { shifts: new Array<number>(5).fill(9), lo: 0, hi: 255 },
  };
  return { format: "verimesh-integer-model/1", inputShape: layer.inputShape, layers: [layer], output: "scores" };
}

function hardWeights(random: Random, count: number): Int8Array {
  return Int8Array.from({ length: count }, () =>
    random.chance(0.98) ? random.pick([-127, 127]) : random.integer(-127, 127),
  );
}

/** The largest partial sum as a share of what float32 holds; the tests want the hard layers close to 1. */
export function boundShare(model: IntegerModel): number {
  return Math.max(...modelBounds(model).map(({ executionBound }) => executionBound)) / FLOAT32_EXACT_LIMIT;
}

/** Moves every weight towards zero until the bound holds. */
function withinBounds(model: IntegerModel): IntegerModel {
  if (boundShare(model) < 1) return model;
  const layers = model.layers.map((layer) =>
    "weights" in layer
      ? { ...layer, weights: layer.weights.map((weight) => (weight < 0 ? weight + 1 : weight - 1)) }
      : layer,
  );
  return withinBounds({ ...model, layers });
}
