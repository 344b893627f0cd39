import { FLOAT32_EXACT_LIMIT, VerimeshError, halfOf, hull, layerBounds, type AveragePool2dLayer } from "@verimesh/core";
import type { FloatStep } from "../read/steps.ts";
import type { Values } from "./quantizeModel.ts";

/**
 * Quantizes an average: `multiplier / 2^shift` close to `1 / taps`, and what it misses goes into the scale. The integers
 * keep the range of the input.
 */
export function quantizeAveragePool(
  step: Extract<FloatStep, { kind: "averagePool2d" }>,
  values: Values,
): { layer: AveragePool2dLayer; values: Values } {
  const { scale, offset } = values;
  if (scale.length > 1 || offset.length > 1) {
    throw new VerimeshError(`Layer "${step.name}" averages elements that are encoded differently.`, {
      code: "QUANTIZATION_IMPOSSIBLE",
      details: "Expected one scale and one offset for the whole input.",
    });
  }
  if (step.relu && offset[0] !== 0) {
    throw new VerimeshError(`Layer "${step.name}" averages an input whose encoding has an offset, before a ReLU.`, {
      code: "QUANTIZATION_IMPOSSIBLE",
      details: "Expected offset 0, so that the integer 0 means the real 0.",
    });
  }
  const taps = step.poolSize[0] * step.poolSize[1];
  const range = hull(values.intervals);
  const { multiplier, shift } = fraction(taps, Math.max(Math.abs(range.lo), Math.abs(range.hi)));
  const lo = step.relu ? 0 : range.lo < 0 ? -128 : 0;
  const hi = range.lo < 0 ? 127 : 255;
  const { name, inputShape, outputShape, poolSize, strides } = step;
  const shifts = new Array<number>(step.outputShape[2]).fill(shift);
  const layer: AveragePool2dLayer = {
    kind: "averagePool2d",
    name,
    inputShape,
    outputShape,
    poolSize,
    strides,
    multiplier,
    requantization: { shifts, lo, hi },
  };
  const gain = (multiplier * taps) / 2 ** shift;
  return {
    layer,
    values: { scale: [scale[0]! / gain], offset, intervals: layerBounds(layer, values.intervals).outputs },
  };
}

/** `multiplier / 2^shift ≈ 1 / taps`: the shortest exact one, else the closest with a multiplier of 7 bits. */
function fraction(taps: number, magnitude: number): { multiplier: number; shift: number } {
  let best = { multiplier: 1, shift: 0, error: Infinity };
  for (let shift = 0; shift <= 23; shift++) {
    const multiplier = Math.round(2 ** shift / taps);
    if (multiplier < 1) continue;
    if (multiplier > 127 || multiplier * taps * magnitude + halfOf(shift) >= FLOAT32_EXACT_LIMIT) break;
    const error = Math.abs((multiplier * taps) / 2 ** shift - 1);
    if (error < best.error) best = { multiplier, shift, error };
  }
  return best;
}
