import { FLOAT32_EXACT_LIMIT } from "../constants.ts";
import { VerimeshError } from "../errors/VerimeshError.ts";
import { modelBounds } from "./intervals.ts";
import { MODEL_LIMITS } from "./limits.ts";
import { channelsOf, elementCount, inputShapeOf, linearLayers, outputShapeOf, scoreCount } from "./shapes.ts";
import type { IntegerModel, Layer, LinearLayer, Requantization, Shape } from "./types.ts";

/**
 * Checks everything that reference, executor and circuit rely on: shapes that fit, tensors of the right size, shifts and
 * ranges, sizes within `MODEL_LIMITS`, and accumulators that float32 holds exactly.
 *
 * @throws VerimeshError `MODEL_INVALID`, `MODEL_TOO_LARGE` or `ACCUMULATOR_TOO_LARGE`, naming the layer
 */
export function validateModel(model: IntegerModel): void {
  validateStructure(model);
  const bounds = modelBounds(model);
  linearLayers(model).forEach((layer, k) => {
    const { executionBound } = bounds[k]!;
    if (executionBound < FLOAT32_EXACT_LIMIT) return;
    throw new VerimeshError(`Layer "${layer.name}" can reach ${executionBound} in a partial sum.`, {
      code: "ACCUMULATOR_TOO_LARGE",
      details: `Expected Σ|w|·max|x| + |b| + half below 2^24, so that float32 is exact. Use smaller weights, or split the layer.`,
    });
  });
}

/** The same without the bounds, which read every weight. */
function validateStructure(model: IntegerModel): void {
  if ((model.format as string) !== "verimesh-integer-model/1")
    invalid(`The model's format is "${String(model.format)}".`);
  if (!["scores", "argmax"].includes(model.output)) invalid(`The model's output is "${String(model.output)}".`);
  if (model.layers.length > MODEL_LIMITS.layers) tooLarge("layers", model.layers.length, MODEL_LIMITS.layers);
  validateShape("The input", model.inputShape);

  const totals = { accumulators: 0, weights: 0, multiplications: 0 };
  let shape: Shape = model.inputShape;
  for (const layer of model.layers) {
    const name = `Layer "${layer.name}"`;
    if (layer.name.length === 0 || layer.name.length > MODEL_LIMITS.nameLength)
      invalid(`A layer's name is not 1 to 128 long.`);
    if (!sameShape(inputShapeOf(layer), shape)) {
      invalid(`${name} takes [${inputShapeOf(layer).join(", ")}] but is given [${shape.join(", ")}].`);
    }
    shape = outputShapeOf(layer);
    validateShape(name, shape);
    if (layer.kind === "flatten") continue;
    addTotals(totals, layer);
    validateLinear(name, layer);
  }
  for (const [what, total] of Object.entries(totals)) {
    const limit = MODEL_LIMITS[what as keyof typeof totals];
    if (total > limit) tooLarge(what, total, limit);
  }
  validateOutput(model);
}

function validateLinear(name: string, layer: LinearLayer): void {
  if (layer.kind === "conv2d") {
    const { padding, kernel } = layer;
    const sides: [string, number, number][] = [
      ["top", padding.top, kernel[0]],
      ["bottom", padding.bottom, kernel[0]],
      ["left", padding.left, kernel[1]],
      ["right", padding.right, kernel[1]],
    ];
    for (const [side, zeros, size] of sides) {
      if (!isInteger(zeros, 0, size - 1)) invalid(`${name} pads ${side} by ${zeros}; expected 0 to kernel − 1.`);
    }
    validateWindow(name, layer, kernel, [padding.top + padding.bottom, padding.left + padding.right]);
  }
  if (layer.kind === "averagePool2d") {
    validateWindow(name, layer, layer.poolSize, [0, 0]);
    if (layer.inputShape[2] !== layer.outputShape[2]) invalid(`${name} changes the number of channels.`);
    if (!isInteger(layer.multiplier, 1, 127)) invalid(`${name} has multiplier ${layer.multiplier}; expected 1 to 127.`);
    if ((layer.requantization as unknown) === null) invalid(`${name} does not rescale; an average must.`);
  } else {
    const expected = weightCount(layer);
    if (!(layer.weights instanceof Int8Array) || layer.weights.length !== expected) {
      invalid(`${name} has ${layer.weights.length} weights; expected an Int8Array of ${expected}.`);
    }
    if (!(layer.bias instanceof Int32Array) || layer.bias.length !== channelsOf(layer)) {
      invalid(`${name} has ${layer.bias.length} biases; expected an Int32Array of ${channelsOf(layer)}.`);
    }
  }
  if (layer.requantization !== null) validateRequantization(name, layer, layer.requantization);
}

function validateWindow(
  name: string,
  layer: Extract<LinearLayer, { inputShape: unknown }>,
  window: readonly [number, number],
  zeros: readonly [number, number],
): void {
  for (const axis of [0, 1] as const) {
    const [size, stride] = [window[axis], layer.strides[axis]];
    if (!isInteger(size, 1, MODEL_LIMITS.elements)) invalid(`${name} has a window of ${size}; expected 1 or more.`);
    if (!isInteger(stride, 1, MODEL_LIMITS.elements)) invalid(`${name} has stride ${stride}; expected 1 or more.`);
    const expected = Math.floor((layer.inputShape[axis] + zeros[axis] - size) / stride) + 1;
    if (layer.outputShape[axis] !== expected) {
      invalid(
        `${name} gives ${layer.outputShape[axis]} along axis ${axis}; window, stride and padding give ${expected}.`,
      );
    }
  }
}

function validateRequantization(name: string, layer: LinearLayer, { shifts, lo, hi }: Requantization): void {
  if (shifts.length !== channelsOf(layer))
    invalid(`${name} has ${shifts.length} shifts for ${channelsOf(layer)} channels.`);
  for (const shift of shifts) if (!isInteger(shift, 0, 23)) invalid(`${name} has shift ${shift}; expected 0 to 23.`);
  if (!isInteger(lo, -255, 0) || !isInteger(hi, 1, 255) || hi - lo > 255) {
    invalid(`${name} clamps to [${lo}, ${hi}]; expected lo ≤ 0 < hi ≤ 255 and hi − lo ≤ 255.`);
  }
  if (layer.kind === "averagePool2d" && shifts.some((shift) => shift !== shifts[0])) {
    invalid(`${name} has different shifts per channel; an average has one.`);
  }
}

function validateOutput(model: IntegerModel): void {
  const linear = linearLayers(model);
  if (linear.length === 0) invalid("The model has no dense, conv2d or averagePool2d layer.");
  linear.forEach((layer, k) => {
    if (layer.requantization !== null) return;
    if (k < linear.length - 1) invalid(`Layer "${layer.name}" does not rescale; only the last linear layer may not.`);
  });
  if (model.output !== "argmax") return;
  const last = linear.at(-1)!;
  if (last.requantization !== null)
    invalid(`Layer "${last.name}" rescales; under argmax the last linear layer must not.`);
  if (scoreCount(model) < 2) invalid("An argmax needs at least 2 classes.");
}

/** Number of weights of a layer; an average pooling has none. */
export function weightCount(layer: Layer | { kind: "dense"; inputs: number; units: number }): number {
  if (layer.kind === "dense") return layer.inputs * layer.units;
  if (layer.kind !== "conv2d") return 0;
  return layer.kernel[0] * layer.kernel[1] * layer.inputShape[2] * layer.outputShape[2];
}

function addTotals(totals: { accumulators: number; weights: number; multiplications: number }, layer: LinearLayer) {
  const outputs = elementCount(outputShapeOf(layer));
  const taps =
    layer.kind === "averagePool2d" ? layer.poolSize[0] * layer.poolSize[1] : weightCount(layer) / channelsOf(layer);
  totals.accumulators += outputs;
  totals.weights += weightCount(layer);
  totals.multiplications += outputs * taps;
}

function validateShape(name: string, shape: Shape): void {
  const ranks = [1, 3];
  if (!ranks.includes(shape.length) || !shape.every((size) => isInteger(size, 1, MODEL_LIMITS.elements))) {
    invalid(
      `${name} has shape [${shape.join(", ")}]; expected [features] or [height, width, channels], each 1 or more.`,
    );
  }
  if (elementCount(shape) > MODEL_LIMITS.elements) tooLarge("elements", elementCount(shape), MODEL_LIMITS.elements);
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

function isInteger(value: number, lo: number, hi: number): boolean {
  return Number.isInteger(value) && value >= lo && value <= hi;
}

function invalid(shortMessage: string): never {
  throw new VerimeshError(shortMessage, { code: "MODEL_INVALID" });
}

function tooLarge(what: string, amount: number, limit: number): never {
  throw new VerimeshError(`The model has ${amount} ${what}; at most ${limit} are allowed.`, {
    code: "MODEL_TOO_LARGE",
  });
}
