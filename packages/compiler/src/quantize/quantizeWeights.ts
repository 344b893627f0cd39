import { FLOAT32_EXACT_LIMIT, VerimeshError, halfOf } from "@verimesh/core";

/** Real weights that act on integers. */
export interface EffectiveWeights {
  /** Row-major `[taps, channels]`. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  /** Largest magnitude of the integer that each tap multiplies. */
  readonly magnitudes: Float64Array;
}

const MAX_SHIFT = 23;

/**
 * Quantizes a layer that rescales.
 *
 * @param scale what one integer step of the output stands for; raised if a weight would not fit even unshifted
 */
export function quantizeHidden(name: string, effective: EffectiveWeights, maxWeight: number, scale: number) {
  const channels = effective.bias.length;
  const largest = effective.weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const outputScale = Math.max(scale, largest / maxWeight);
  const weights = new Int8Array(effective.weights.length);
  const bias = new Int32Array(channels);
  const shifts: number[] = [];
  for (let o = 0; o < channels; o++) {
    let shift = MAX_SHIFT;
    while (
      shift >= 0 &&
      !quantizeChannel(effective, o, 2 ** shift / outputScale, halfOf(shift), maxWeight, weights, bias)
    )
      shift--;
    if (shift < 0) tooLarge(name);
    shifts.push(shift);
  }
  return { weights, bias, shifts, scale: outputScale };
}

/** Quantizes the last layer with one factor for all channels: the largest that fits. */
export function quantizeLast(name: string, effective: EffectiveWeights, maxWeight: number) {
  const channels = effective.bias.length;
  const weights = new Int8Array(effective.weights.length);
  const bias = new Int32Array(channels);
  const largest = effective.weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  let factor = largest === 0 ? 1 : maxWeight / largest;
  const fits = () => {
    for (let o = 0; o < channels; o++) {
      if (!quantizeChannel(effective, o, factor, 0, maxWeight, weights, bias)) return false;
    }
    return true;
  };
  for (let attempt = 0; attempt < 200; attempt++, factor *= 0.9) {
    if (fits()) return { weights, bias, scale: 1 / factor };
  }
  return tooLarge(name);
}

/** Writes one channel's integers; false if a weight or a partial sum would be too large. */
function quantizeChannel(
  { weights, bias, magnitudes }: EffectiveWeights,
  channel: number,
  factor: number,
  half: number,
  maxWeight: number,
  quantizedWeights: Int8Array,
  quantizedBias: Int32Array,
): boolean {
  const channels = bias.length;
  const integerBias = Math.round(bias[channel]! * factor);
  let bound = Math.abs(integerBias) + half;
  for (let tap = 0; tap < magnitudes.length; tap++) {
    const integer = Math.round(weights[tap * channels + channel]! * factor);
    if (Math.abs(integer) > maxWeight) return false;
    quantizedWeights[tap * channels + channel] = integer;
    bound += Math.abs(integer) * magnitudes[tap]!;
  }
  quantizedBias[channel] = integerBias;
  return bound < FLOAT32_EXACT_LIMIT;
}

function tooLarge(name: string): never {
  throw new VerimeshError(`Layer "${name}" has a bias or sums too large for exact float32 arithmetic.`, {
    code: "QUANTIZATION_IMPOSSIBLE",
    details: "Expected Σ|w|·max|x| + |b| below 2^24 after quantization. Normalize the inputs, or split the layer.",
  });
}
