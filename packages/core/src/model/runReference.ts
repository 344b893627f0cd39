import { VerimeshError } from "../errors/VerimeshError.ts";
import { requantizeAll } from "./requantize.ts";
import { channelsOf, elementCount, outputShapeOf } from "./shapes.ts";
import type { AveragePool2dLayer, Conv2dLayer, DenseLayer, IntegerModel, LinearLayer, Trace } from "./types.ts";

/**
 * Runs the integer model: slow and obvious, the definition that executor and circuit must match bit for bit.
 *
 * @param model a valid model (`validateModel`)
 * @param input one byte per element of `model.inputShape`, row-major
 * @throws VerimeshError `INPUT_INVALID` if the length is wrong
 */
export function runReference(model: IntegerModel, input: Uint8Array): Trace {
  checkInput(model, input);
  const accumulators: Int32Array[] = [];
  const activations: Int32Array[] = [];
  let values: Int32Array = Int32Array.from(input);

  for (const layer of model.layers) {
    if (layer.kind === "flatten") continue;
    values = accumulate(layer, values);
    accumulators.push(values);
    if (layer.requantization !== null) {
      values = requantizeAll(values, layer.requantization);
      activations.push(values);
    }
  }
  const output = model.output === "argmax" ? Int32Array.of(argmax(values)) : values.slice();
  return { input: input.slice(), accumulators, activations, output };
}

/** Index of the largest value, the lowest index on a tie. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[best]!) best = index;
  return best;
}

/** @throws VerimeshError `INPUT_INVALID` unless there is exactly one byte per element */
export function checkInput(model: { readonly inputShape: readonly number[] }, input: Uint8Array): void {
  const expected = elementCount(model.inputShape);
  if (!(input instanceof Uint8Array) || input.length !== expected) {
    throw new VerimeshError(
      `The input has ${String((input as Partial<Uint8Array>).length)} bytes; the model takes ${expected}.`,
      {
        code: "INPUT_INVALID",
        details: `Expected a Uint8Array of shape [${model.inputShape.join(", ")}], row-major, one byte per element.`,
      },
    );
  }
}

function accumulate(layer: LinearLayer, x: Int32Array): Int32Array {
  if (layer.kind === "dense") return accumulateDense(layer, x);
  return layer.kind === "conv2d" ? accumulateConv2d(layer, x) : accumulateAveragePool2d(layer, x);
}

function accumulateDense({ inputs, units, weights, bias }: DenseLayer, x: Int32Array): Int32Array {
  const acc = bias.slice();
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < units; o++) acc[o]! += weights[i * units + o]! * x[i]!;
  }
  return acc;
}

function accumulateConv2d(layer: Conv2dLayer, x: Int32Array): Int32Array {
  const { inputShape, outputShape, kernel, strides, padding, weights, bias } = layer;
  const [height, width, channels] = inputShape;
  const [outHeight, outWidth, units] = outputShape;
  const acc = new Int32Array(elementCount(outputShape));
  for (let oy = 0; oy < outHeight; oy++) {
    for (let ox = 0; ox < outWidth; ox++) {
      const out = (oy * outWidth + ox) * units;
      acc.set(bias, out);
      for (let ky = 0; ky < kernel[0]; ky++) {
        const y = oy * strides[0] + ky - padding.top;
        if (y < 0 || y >= height) continue;
        for (let kx = 0; kx < kernel[1]; kx++) {
          const column = ox * strides[1] + kx - padding.left;
          if (column < 0 || column >= width) continue;
          for (let c = 0; c < channels; c++) {
            const value = x[(y * width + column) * channels + c]!;
            const row = ((ky * kernel[1] + kx) * channels + c) * units;
            for (let o = 0; o < units; o++) acc[out + o]! += weights[row + o]! * value;
          }
        }
      }
    }
  }
  return acc;
}

function accumulateAveragePool2d(layer: AveragePool2dLayer, x: Int32Array): Int32Array {
  const { inputShape, poolSize, strides, multiplier } = layer;
  const [outHeight, outWidth] = layer.outputShape;
  const channels = channelsOf(layer);
  const acc = new Int32Array(elementCount(outputShapeOf(layer)));
  for (let oy = 0; oy < outHeight; oy++) {
    for (let ox = 0; ox < outWidth; ox++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let ky = 0; ky < poolSize[0]; ky++) {
          for (let kx = 0; kx < poolSize[1]; kx++) {
            sum += x[((oy * strides[0] + ky) * inputShape[1] + ox * strides[1] + kx) * channels + c]!;
          }
        }
        acc[(oy * outWidth + ox) * channels + c] = multiplier * sum;
      }
    }
  }
  return acc;
}
