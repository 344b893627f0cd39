import { halfOf, requantize } from "./requantize.ts";
import { channelsOf } from "./shapes.ts";
import type { IntegerModel, Interval, LinearLayer } from "./types.ts";

/** Bounds of one linear layer, from the actual weights and the intervals of what it consumes. */
export interface LayerBounds {
  /** Per output channel: every accumulator of that channel lies in it, whatever the input. */
  readonly accumulators: readonly Interval[];
  /** Per output channel: what the next layer consumes; equals `accumulators` where the layer does not rescale. */
  readonly outputs: readonly Interval[];
  /**
   * Largest over the channels of `Σ|w|·max|x| + |b| + half`. Partial sums count, in any order, so this is what must stay
   * below 2^24 for float32 to be exact.
   */
  readonly executionBound: number;
}

/** The smallest interval that holds all of them. */
export function hull(intervals: readonly Interval[]): Interval {
  let [lo, hi] = [Infinity, -Infinity];
  for (const interval of intervals) {
    lo = Math.min(lo, interval.lo);
    hi = Math.max(hi, interval.hi);
  }
  return { lo, hi };
}

/**
 * Bounds of every linear layer, in order, by interval arithmetic from inputs in [0, 255].
 * An element's interval depends on its channel alone: flat index modulo the number of channels, also after a flatten.
 */
export function modelBounds(model: IntegerModel): LayerBounds[] {
  const all: LayerBounds[] = [];
  let inputs: readonly Interval[] = [{ lo: 0, hi: 255 }];
  for (const layer of model.layers) {
    if (layer.kind === "flatten") continue;
    const bounds = layerBounds(layer, inputs);
    all.push(bounds);
    inputs = bounds.outputs;
  }
  return all;
}

/** The true interval of every channel's accumulator, per linear layer. */
export function accumulatorIntervals(model: IntegerModel): (readonly Interval[])[] {
  return modelBounds(model).map((bounds) => bounds.accumulators);
}

/**
 * Bounds of one linear layer.
 *
 * @param inputs intervals of the consumed elements; element i has interval `i mod inputs.length`
 */
export function layerBounds(layer: LinearLayer, inputs: readonly Interval[]): LayerBounds {
  const channels = channelsOf(layer);
  const padded = layer.kind === "conv2d" && Object.values(layer.padding).some((side) => side > 0);
  // A padded zero stands in for an input, so the interval of the input must hold it.
  const sources = padded ? inputs.map(({ lo, hi }) => ({ lo: Math.min(lo, 0), hi: Math.max(hi, 0) })) : inputs;
  const lo = new Float64Array(channels);
  const hi = new Float64Array(channels);
  const magnitude = new Float64Array(channels);
  const add = (o: number, weight: number, source: Interval) => {
    lo[o]! += weight * (weight >= 0 ? source.lo : source.hi);
    hi[o]! += weight * (weight >= 0 ? source.hi : source.lo);
    magnitude[o]! += Math.abs(weight) * Math.max(Math.abs(source.lo), Math.abs(source.hi));
  };

  if (layer.kind === "averagePool2d") {
    const taps = layer.poolSize[0] * layer.poolSize[1];
    for (let c = 0; c < channels; c++) add(c, layer.multiplier * taps, sources[c % sources.length]!);
  } else {
    for (let index = 0; index < layer.weights.length; index++) {
      const row = Math.floor(index / channels);
      add(index % channels, layer.weights[index]!, sources[row % sources.length]!);
    }
    layer.bias.forEach((bias, o) => {
      lo[o]! += bias;
      hi[o]! += bias;
      magnitude[o]! += Math.abs(bias);
    });
  }

  const requantization = layer.requantization;
  const accumulators = Array.from(lo, (low, o) => ({ lo: low, hi: hi[o]! }));
  const outputs =
    requantization === null
      ? accumulators
      : accumulators.map((interval, o) => ({
          lo: requantize(interval.lo, requantization.shifts[o]!, requantization.lo, requantization.hi),
          hi: requantize(interval.hi, requantization.shifts[o]!, requantization.lo, requantization.hi),
        }));
  const executionBound = magnitude.reduce(
    (most, sum, o) => Math.max(most, sum + (requantization === null ? 0 : halfOf(requantization.shifts[o]!))),
    0,
  );
  return { accumulators, outputs, executionBound };
}
