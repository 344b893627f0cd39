import { FLOAT32_EXACT_LIMIT, halfOf } from "@verimesh/core";
import type { FloatAveragePool2d, FloatMaxPool2d, FloatSource } from "../../float/types.ts";
import type { Encoded } from "../encoded.ts";
import type { Lowering } from "../Lowering.ts";
import { isPadded, settlementOf } from "../settlement.ts";
import { prepared } from "./prepare.ts";
import { settled } from "./settle.ts";

/** The largest of each window; padded elements are the lowest value that there can be, so that they never win. */
export function lowerMaxPool(context: Lowering, _at: FloatSource, node: FloatMaxPool2d): Encoded {
  const { name, window, strides, padding } = node;
  const x = prepared(context, name, context.valueOf(node.source), { scale: "channels", offset: "channels" });
  let source = x.source;
  if (isPadded(padding)) {
    source = context.builder.append(`${name} padding`, {
      kind: "pad",
      source,
      before: [padding.top, padding.left, 0],
      after: [padding.bottom, padding.right, 0],
      value: context.builder.hullOf(source).lo,
    });
  }
  const largest = context.builder.append(name, { kind: "maxPool2d", source, window, strides });
  return { ...x, source: largest, shape: context.builder.shapeOf(largest) };
}

/**
 * The mean of each window. Where a dense layer or convolution reads it, the sum does, at a scale that is finer by the
 * window's size: no constraint. Else `multiplier / 2^shift` stands for the division, and what it misses is in the scale.
 */
export function lowerAveragePool(context: Lowering, at: FloatSource, node: FloatAveragePool2d): Encoded {
  const { name, window, strides } = node;
  const x = prepared(context, name, context.valueOf(node.source), { scale: "channels", offset: "channels" });
  const taps = window[0] * window[1];
  const hull = context.builder.hullOf(x.source);
  const magnitude = Math.max(Math.abs(hull.lo), Math.abs(hull.hi));
  const isWide = staysWide(context, at, taps * magnitude);
  const { multiplier, shift } = isWide ? { multiplier: 1, shift: 0 } : fraction(taps, magnitude);
  const source = context.builder.append(name, { kind: "sumPool2d", source: x.source, window, strides, multiplier });
  const gain = (multiplier * taps) / 2 ** shift;
  const sums: Encoded = {
    source,
    shape: context.builder.shapeOf(source),
    scale: x.scale.map((scale) => scale / gain),
    offset: x.offset,
    pending: isWide ? undefined : { shifts: [shift], lo: hull.lo, hi: Math.max(hull.hi, hull.lo + 1) },
  };
  // A clip that follows finds its bounds among the integers only where 0 is 0.
  return x.offset.every((value) => value === 0) ? sums : settled(context, name, sums);
}

/** Whether all that read the sums, and those alone, can take them in without giving up bits of their weights. */
function staysWide(context: Lowering, at: FloatSource, magnitude: number): boolean {
  const { at: end, isScores } = settlementOf(context, at);
  if (end !== at) return false;
  if (isScores && at === context.model.nodes.length) return magnitude < 2 ** 22;
  return context.consumersOf(at).every((consumer) => {
    const node = context.nodeOf(consumer)!;
    if (node.op === "reshape") return staysWide(context, consumer, magnitude);
    if (node.op !== "dense" && node.op !== "conv2d") return false;
    const limit = 2 ** (context.stepPlan(consumer).weightBits - 1) - 1;
    return heaviestSum(node.weights, node.bias.length) * limit * magnitude < FLOAT32_EXACT_LIMIT;
  });
}

/** Largest over the channels of `Σ|w| / max|w|`. */
function heaviestSum(weights: Float32Array, channels: number): number {
  const sums = new Float64Array(channels);
  const largest = new Float64Array(channels).fill(1e-30);
  weights.forEach((weight, index) => {
    sums[index % channels]! += Math.abs(weight);
    largest[index % channels] = Math.max(largest[index % channels]!, Math.abs(weight));
  });
  return sums.reduce((most, sum, o) => Math.max(most, sum / largest[o]!), 0);
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
