import { FLOAT32_EXACT_LIMIT } from "../constants.ts";
import { layerBounds } from "../model/intervals.ts";
import { samePadding } from "../model/padding.ts";
import { elementCount, outputShapeOf } from "../model/shapes.ts";
import type { IntegerModel, Interval, Layer, LinearLayer, Requantization, Shape } from "../model/types.ts";
import { Random } from "../random.ts";

export interface RandomModelOptions {
  /** Linear layers at most; default 3. */
  readonly maxLayers?: number;
  /** Side of an image input at most; default 8. */
  readonly maxSide?: number;
  /** Units or channels at most; default 5. */
  readonly maxChannels?: number;
  /** Fixes the answer; random by default. */
  readonly output?: "scores" | "argmax";
}

/**
 * A random valid integer model: dense, conv2d (strides, valid and same padding), average pooling, flatten, ReLU and
 * signed clamps, per-channel shifts, extreme and zero weights. The same seed and options give the same model.
 */
export function randomModel(seed: number, options: RandomModelOptions = {}): IntegerModel {
  const { maxLayers = 3, maxSide = 8, maxChannels = 5 } = options;
  const random = new Random(seed);
  const isImage = random.chance(0.6);
  const inputShape: Shape = isImage
    ? [random.integer(1, maxSide), random.integer(1, maxSide), random.integer(1, 3)]
    : [random.integer(1, 4 * maxSide)];
  const output = options.output ?? random.pick(["scores", "argmax"] as const);
  const layers: Layer[] = [];
  let shape = inputShape;
  let intervals: readonly Interval[] = [{ lo: 0, hi: 255 }];
  const count = random.integer(1, maxLayers);
  for (let k = 0; k < count; k++) {
    const isLast = k === count - 1;
    if (shape.length === 3 && (isLast || random.chance(0.2))) {
      layers.push({ kind: "flatten", name: `flatten_${k}`, inputShape: shape });
      shape = [elementCount(shape)];
    }
    const raw = isLast && (output === "argmax" || random.chance(0.7));
    const layer = randomLinear(random, `layer_${k}`, shape, maxChannels, isLast && output === "argmax");
    const fitted = fit(random, layer, intervals, raw);
    layers.push(fitted);
    intervals = layerBounds(fitted, intervals).outputs;
    shape = outputShapeOf(fitted);
  }
  return { format: "verimesh-integer-model/1", inputShape, layers, output };
}

/** Random input bytes: uniform, all 0, all 255, or a mix of the extremes. */
export function randomInput(seed: number, shape: Shape): Uint8Array {
  const random = new Random(seed);
  const kind = random.pick(["uniform", "uniform", "zero", "full", "extremes"] as const);
  return Uint8Array.from({ length: elementCount(shape) }, () => {
    if (kind === "zero") return 0;
    if (kind === "full") return 255;
    return kind === "extremes" ? random.pick([0, 1, 254, 255]) : random.integer(0, 255);
  });
}

function randomLinear(random: Random, name: string, shape: Shape, maxChannels: number, classes: boolean): LinearLayer {
  const units = random.integer(classes ? 2 : 1, Math.max(2, maxChannels));
  if (shape.length === 1) {
    const inputs = shape[0]!;
    const weights = randomWeights(random, inputs * units);
    return { kind: "dense", name, inputs, units, weights, bias: randomBias(random, units), requantization: null };
  }
  const inputShape = shape as readonly [number, number, number];
  const [height, width, channels] = inputShape;
  const strides = [random.integer(1, 3), random.integer(1, 3)] as const;
  const window = [random.integer(1, Math.min(4, height)), random.integer(1, Math.min(4, width))] as const;
  const same = random.chance(0.5);
  const isPool = random.chance(0.25);
  const [top, bottom] = same && !isPool ? samePadding(height, window[0], strides[0]) : [0, 0];
  const [left, right] = same && !isPool ? samePadding(width, window[1], strides[1]) : [0, 0];
  const outHeight = Math.floor((height + top + bottom - window[0]) / strides[0]) + 1;
  const outWidth = Math.floor((width + left + right - window[1]) / strides[1]) + 1;
  if (isPool) {
    const outputShape = [outHeight, outWidth, channels] as const;
    const requantization = { shifts: new Array<number>(channels).fill(0), lo: 0, hi: 255 };
    const multiplier = random.integer(1, 127);
    return {
      kind: "averagePool2d",
      name,
      inputShape,
      outputShape,
      poolSize: window,
      strides,
      multiplier,
      requantization,
    };
  }
  return {
    kind: "conv2d",
    name,
    inputShape,
    outputShape: [outHeight, outWidth, units],
    kernel: window,
    strides,
    padding: { top, bottom, left, right },
    weights: randomWeights(random, window[0] * window[1] * channels * units),
    bias: randomBias(random, units),
    requantization: null,
  };
}

/** Chooses shifts near what spreads the accumulators over 8 bits, and thins out weights that float32 could not hold. */
function fit(random: Random, layer: LinearLayer, inputs: readonly Interval[], raw: boolean): LinearLayer {
  const { accumulators, executionBound } = layerBounds(layer, inputs);
  if (executionBound > FLOAT32_EXACT_LIMIT / 4) {
    if (layer.kind === "averagePool2d") return fit(random, { ...layer, multiplier: 1 }, inputs, raw);
    const thinned = {
      ...layer,
      weights: layer.weights.map((weight) => Math.trunc(weight / 4)),
      bias: layer.bias.map((b) => b >> 2),
    };
    return fit(random, thinned, inputs, raw);
  }
  if (raw && layer.kind !== "averagePool2d") return layer;
  const signed = random.chance(0.4);
  const clamp = signed
    ? { lo: random.pick([-128, -127, -1]), hi: random.pick([127, 126, 1]) }
    : { lo: 0, hi: random.pick([255, 127, 1]) };
  const shiftOf = ({ lo, hi }: Interval) => {
    const spread = Math.max(1, Math.ceil(Math.log2(Math.max(Math.abs(lo), Math.abs(hi), 1) / 255)));
    return Math.min(20, Math.max(0, spread - random.integer(0, 3)));
  };
  const perChannel = accumulators.map(shiftOf);
  const shifts =
    layer.kind === "averagePool2d" || random.chance(0.2) ? perChannel.map(() => perChannel[0]!) : perChannel;
  const requantization: Requantization = { shifts, ...clamp };
  return { ...layer, requantization };
}

function randomWeights(random: Random, count: number): Int8Array {
  const kind = random.pick(["uniform", "sparse", "extreme", "small"] as const);
  return Int8Array.from({ length: count }, () => {
    if (kind === "extreme") return random.pick([-127, 127]);
    if (kind === "small") return random.integer(-2, 2);
    if (kind === "sparse" && random.chance(0.7)) return 0;
    return random.integer(-127, 127);
  });
}

function randomBias(random: Random, count: number): Int32Array {
  const limit = random.pick([0, 10, 5_000, 400_000]);
  return Int32Array.from({ length: count }, () => random.integer(-limit, limit));
}
