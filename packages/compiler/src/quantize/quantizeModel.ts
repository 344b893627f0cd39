import {
  VerimeshError,
  layerBounds,
  validateModel,
  type InputEncoding,
  type IntegerModel,
  type Interval,
  type Layer,
} from "@verimesh/core";
import type { FloatConv2d, FloatModel, FloatStep } from "../read/steps.ts";
import { quantizeAveragePool } from "./quantizeAveragePool.ts";
import { quantizeHidden, quantizeLast, type EffectiveWeights } from "./quantizeWeights.ts";

/** What the integers between two layers stand for: `real = integer · scale + offset`, one entry per element or for all. */
export interface Values {
  readonly scale: readonly number[];
  readonly offset: readonly number[];
  /** Per channel, as `layerBounds` takes them. */
  readonly intervals: readonly Interval[];
}

export interface QuantizedModel {
  readonly model: IntegerModel;
  /** Real score = integer score · outputScale. */
  readonly outputScale: number;
}

export interface QuantizeOptions {
  readonly output: "scores" | "argmax";
  readonly inputEncoding: InputEncoding;
  /** Per linear step: the magnitude that becomes the highest integer. */
  readonly clippingPoints: readonly number[];
  /** Bits of a weight, sign included, 2 to 8. Fewer give a smaller circuit. */
  readonly weightBits: number;
}

/**
 * Makes the integer model. The scale of a layer's outputs is any real number, folded into the next weights:
 * `w_q = round(w · S_in / S_out · 2^s)`, per output channel with the largest `s` that keeps the weight in its bits and
 * partial sums below 2^24. The last layer has one scale for all outputs, so that they compare.
 *
 * @throws VerimeshError `QUANTIZATION_IMPOSSIBLE` naming the layer; as `validateModel`
 */
export function quantizeModel(floatModel: FloatModel, options: QuantizeOptions): QuantizedModel {
  const { inputEncoding, output } = options;
  let values: Values = {
    scale: inputEncoding.scale,
    offset: inputEncoding.offset,
    intervals: [{ lo: 0, hi: 255 }],
  };
  const lastLinear = floatModel.steps.findLast((step) => step.kind !== "flatten");
  const layers: Layer[] = [];
  let linear = 0;
  for (const step of floatModel.steps) {
    if (step.kind === "flatten") {
      layers.push(step);
      continue;
    }
    const result =
      step.kind === "averagePool2d"
        ? quantizeAveragePool(step, values)
        : quantizeWeighted(
            step,
            values,
            step === lastLinear ? null : options.clippingPoints[linear]!,
            options.weightBits,
          );
    layers.push(result.layer);
    values = result.values;
    linear++;
  }
  const model: IntegerModel = { format: "verimesh-integer-model/1", inputShape: floatModel.inputShape, layers, output };
  validateModel(model);
  return { model, outputScale: values.scale[0]! };
}

/** @param clippingPoint null on the last layer, which does not rescale */
function quantizeWeighted(
  step: Exclude<FloatStep, { kind: "flatten" | "averagePool2d" }>,
  values: Values,
  clippingPoint: number | null,
  weightBits: number,
): { layer: Layer; values: Values } {
  const effective = effectiveWeights(step, values);
  const maxWeight = 2 ** (weightBits - 1) - 1;
  const { relu, ...rest } = step;
  if (clippingPoint === null) {
    const { weights, bias, scale } = quantizeLast(step.name, effective, maxWeight);
    const layer: Layer = { ...rest, weights, bias, requantization: null };
    return { layer, values: { scale: [scale], offset: [0], intervals: layerBounds(layer, values.intervals).outputs } };
  }
  const [lo, hi] = relu ? [0, 255] : [-128, 127];
  const { weights, bias, shifts, scale } = quantizeHidden(step.name, effective, maxWeight, clippingPoint / hi);
  const layer: Layer = { ...rest, weights, bias, requantization: { shifts, lo, hi } };
  return { layer, values: { scale: [scale], offset: [0], intervals: layerBounds(layer, values.intervals).outputs } };
}

/** The weights as they act on integers: times the scale of what they multiply, the offsets moved into the bias. */
function effectiveWeights(
  step: Exclude<FloatStep, { kind: "flatten" | "averagePool2d" }>,
  values: Values,
): EffectiveWeights {
  const channels = step.bias.length;
  const taps = step.weights.length / channels;
  const { scale, offset } = step.kind === "conv2d" ? perChannel(step, values) : values;
  const weights = new Float64Array(step.weights.length);
  const bias = Float64Array.from(step.bias);
  const magnitudes = new Float64Array(taps);
  const sources = step.kind === "conv2d" ? step.inputShape[2] : step.inputs;
  for (let tap = 0; tap < taps; tap++) {
    const source = tap % sources;
    const interval = values.intervals[source % values.intervals.length]!;
    magnitudes[tap] = Math.max(Math.abs(interval.lo), Math.abs(interval.hi));
    for (let o = 0; o < channels; o++) {
      const weight = step.weights[tap * channels + o]!;
      weights[tap * channels + o] = weight * scale[source % scale.length]!;
      bias[o]! += weight * offset[source % offset.length]!;
    }
  }
  return { weights, bias, magnitudes };
}

/** Scale and offset per input channel: a filter is the same everywhere, so what it reads must be encoded alike. */
function perChannel(
  step: FloatConv2d,
  { scale, offset }: Values,
): { scale: readonly number[]; offset: readonly number[] } {
  const channels = step.inputShape[2];
  const reduce = (what: string, list: readonly number[]): readonly number[] => {
    if (list.length === 1) return list;
    if (list.some((value, index) => value !== list[index % channels])) {
      impossible(
        `Layer "${step.name}" reads elements of different ${what} with one filter.`,
        `Expected one ${what} per channel of the input encoding.`,
      );
    }
    return list.slice(0, channels);
  };
  const isPadded = Object.values(step.padding).some((zeros) => zeros > 0);
  if (isPadded && offset.some((value) => value !== 0)) {
    impossible(
      `Layer "${step.name}" pads an input whose encoding has an offset.`,
      "Expected offset 0, so that the byte 0 means the real 0.",
    );
  }
  return { scale: reduce("scale", scale), offset: reduce("offset", offset) };
}

function impossible(shortMessage: string, details: string): never {
  throw new VerimeshError(shortMessage, { code: "QUANTIZATION_IMPOSSIBLE", details });
}
