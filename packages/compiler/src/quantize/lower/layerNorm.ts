import type { Source } from "@verimesh/core";
import type { FloatLayerNorm, FloatSource } from "../../float/types.ts";
import type { Encoded } from "../encoded.ts";
import type { Lowering } from "../Lowering.ts";
import { tableOf } from "./softmax.ts";
import { narrowed } from "./unary.ts";

const VARIANCE_LEVELS = 1023;
const FACTOR_LIMIT = 2 ** 12;
/** Of a value less the mean of its row. */
const LARGEST_CENTRED = 1024;
const PRODUCT_LIMIT = 2 ** 23;

/**
 * Layer normalisation over the last axis of n: the row's mean is rounded and subtracted: u. `Σu²`, brought to 10 bits, goes
 * through a table of `1 / sqrt(variance + ε)`; and `u` times that is brought to 8 bits. γ and β are a reading of these, which
 * the next layer takes in.
 *
 * The tables span what the probes show: a row whose variance is beyond twice the largest seen, or below a quarter of the
 * smallest, is normalised as if it were there. Error, besides what the 8 bits of the input cost: at most 3 steps of the
 * 8 bits of the result; measured in the tests.
 */
export function lowerLayerNorm(context: Lowering, _at: FloatSource, node: FloatLayerNorm): Encoded {
  const { builder } = context;
  const { name, shape, epsilon } = node;
  const [rows, n] = context.rowsOf(shape);
  const x = narrowed(context, node.source, name, 512);
  const rowShape = [rows, n, 1];
  const flat = context.reshape(`${name} rows`, x.source, rowShape);
  const over = (what: string, source: Source) => builder.append(what, { kind: "broadcast", source, shape: rowShape });
  const sumOf = (what: string, source: Source) =>
    builder.append(what, { kind: "sumPool2d", source, window: [1, n], strides: [1, n], multiplier: 1 });

  const { source: u, step } = centred(context, node, x.scale[0]!, flat);
  const squares = sumOf(
    `${name} sum of squares`,
    builder.append(`${name} squares`, { kind: "multiply", sources: [u, u] }),
  );

  const seen = builder.probesOf(squares).flatMap((values) => [...values]);
  const most = Math.min(builder.hullOf(squares).hi, 2 * Math.max(VARIANCE_LEVELS / 2, ...seen));
  const squareShift = Math.max(0, Math.ceil(Math.log2(most / VARIANCE_LEVELS)));
  const coarse = builder.append(`${name} sum of squares, 10 bits`, {
    kind: "requantize",
    source: squares,
    shifts: [squareShift],
    lo: 0,
    hi: VARIANCE_LEVELS,
  });
  const least = Math.max(1, Math.min(...seen, VARIANCE_LEVELS) / 4) / 2 ** squareShift;
  const inverse = (w: number) => step / Math.sqrt((step ** 2 * Math.max(w, least) * 2 ** squareShift) / n + epsilon);

  const scale = Math.max(largestResult(context, u, squares, n, step, epsilon), 0.5) / 127;
  const uReach = Math.max(Math.abs(builder.hullOf(u).lo), builder.hullOf(u).hi, 1);
  const factorLimit = Math.min(FACTOR_LIMIT, PRODUCT_LIMIT / uReach);
  const shift = Math.max(0, Math.min(20, Math.floor(Math.log2((factorLimit * scale) / inverse(0)))));
  const factors = builder.append(`${name} inverse deviation`, {
    kind: "lookup",
    source: coarse,
    ...tableOf(builder.hullOf(coarse), (w) => Math.round((inverse(w) * 2 ** shift) / scale)),
  });
  const products = builder.append(`${name} products`, {
    kind: "multiply",
    sources: [u, over(`${name} inverse deviation of row`, factors)],
  });
  const rounded = builder.append(name, { kind: "requantize", source: products, shifts: [shift], lo: -128, hi: 127 });
  const signed = withSigns(context, node, context.reshape(`${name} shape`, rounded, shape));
  return {
    source: signed,
    shape,
    scale: Float64Array.from(node.gamma, (gamma) => scale * (Math.abs(gamma) || 1)),
    offset: Float64Array.from(node.beta),
  };
}

/**
 * `x` less the mean of its row, in `step`s: `gain · x − round(gain · Σx / n)`, which rounds but once a row. Where squares of
 * that could not be summed, `n·x − Σx` is rescaled instead.
 */
function centred(
  { builder }: Lowering,
  { name }: FloatLayerNorm,
  scale: number,
  flat: Source,
): { readonly source: Source; readonly step: number } {
  const rowShape = builder.shapeOf(flat);
  const n = rowShape[1]!;
  const overRow = (what: string, source: Source) =>
    builder.append(what, { kind: "broadcast", source, shape: rowShape });
  const difference = (what: string, gain: number, subtracted: Source) =>
    builder.append(what, {
      kind: "combine",
      sources: [flat, subtracted],
      multipliers: [Int32Array.of(gain), Int32Array.of(-1)],
      bias: Int32Array.of(0),
    });
  const sum = builder.append(`${name} sum`, {
    kind: "sumPool2d",
    source: flat,
    window: [1, n],
    strides: [1, n],
    multiplier: 1,
  });
  const magnitude = Math.min(LARGEST_CENTRED, Math.floor(Math.sqrt(2 ** 24 / n)) - 1);
  const { lo, hi } = builder.hullOf(flat);
  const gain = 2 ** Math.floor(Math.log2(magnitude / (hi - lo + 1)));
  if (gain >= 1) {
    const mean = builder.append(`${name} mean`, {
      kind: "requantize",
      ...scaledSum(builder, name, sum, gain / n),
      lo: gain * lo,
      hi: gain * Math.max(hi, lo + 1),
    });
    return { source: difference(`${name} centred`, gain, overRow(`${name} mean of row`, mean)), step: scale / gain };
  }
  const exact = difference(`${name} centred`, n, overRow(`${name} sum of row`, sum));
  const reach = Math.max(1, builder.hullOf(exact).hi);
  const limit = Math.min(256, magnitude);
  const shift = Math.max(0, Math.ceil(Math.log2(reach / limit)));
  const source = builder.append(`${name} centred, 9 bits`, {
    kind: "requantize",
    source: exact,
    shifts: [shift],
    lo: -limit,
    hi: limit - 1,
  });
  return { source, step: (scale * 2 ** shift) / n };
}

/** What, shifted, is `sum · factor`: as it is for a power of two, else times the largest integer that keeps it exact. */
function scaledSum(builder: Lowering["builder"], name: string, sum: Source, factor: number) {
  const { lo, hi } = builder.hullOf(sum);
  const reach = Math.max(Math.abs(lo), hi, 1);
  const isPower = Number.isInteger(Math.log2(factor)) && factor <= 1;
  const shift = isPower ? 0 - Math.log2(factor) : Math.min(20, Math.floor(Math.log2(2 ** 23 / (reach * factor))));
  if (isPower) return { source: sum, shifts: [shift] };
  const multipliers = [Int32Array.of(Math.round(factor * 2 ** shift))];
  const source = builder.append(`${name} scaled sum`, {
    kind: "combine",
    sources: [sum],
    multipliers,
    bias: Int32Array.of(0),
  });
  return { source, shifts: [shift] };
}

/** The largest normalised value that the probes show. */
function largestResult(
  context: Lowering,
  u: Source,
  squares: Source,
  n: number,
  step: number,
  epsilon: number,
): number {
  const sums = context.builder.probesOf(squares);
  let most = 0;
  context.builder.probesOf(u).forEach((values, run) => {
    values.forEach((value, index) => {
      const variance = (step ** 2 * sums[run]![Math.floor(index / n)]!) / n;
      most = Math.max(most, (Math.abs(value) * step) / Math.sqrt(variance + epsilon));
    });
  });
  return most === 0 ? Math.sqrt(n) : most;
}

/** A scale is above 0: the sign of γ goes into the integers, where any is negative or 0. */
function withSigns(context: Lowering, { name, gamma }: FloatLayerNorm, source: Source): Source {
  if (gamma.every((value) => value > 0)) return source;
  const multipliers = [Int32Array.from(gamma, Math.sign)];
  return context.builder.append(`${name} signs`, {
    kind: "combine",
    sources: [source],
    multipliers,
    bias: Int32Array.of(0),
  });
}
