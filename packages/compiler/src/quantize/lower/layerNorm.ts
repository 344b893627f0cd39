import type { Source } from "@verimesh/core";
import type { FloatLayerNorm, FloatSource } from "../../float/types.ts";
import type { Encoded } from "../encoded.ts";
import type { Lowering } from "../Lowering.ts";
import { tableOf } from "./softmax.ts";
import { narrowed } from "./unary.ts";

const VARIANCE_LEVELS = 1023;
const FACTOR_LIMIT = 2 ** 14;
const PRODUCT_LIMIT = 2 ** 23;

/**
 * Layer normalisation over the last axis of n: `n·x − Σx` is exact, brought to 9 bits u; `Σu²`, brought to 10 bits, goes
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

  const centred = builder.append(`${name} centred`, {
    kind: "combine",
    sources: [flat, over(`${name} sum of row`, sumOf(`${name} sum`, flat))],
    multipliers: [Int32Array.of(n), Int32Array.of(-1)],
    bias: Int32Array.of(0),
  });
  const reach = Math.max(1, builder.hullOf(centred).hi);
  const magnitude = Math.min(256, Math.floor(Math.sqrt(2 ** 24 / n)) - 1);
  const centredShift = Math.max(0, Math.ceil(Math.log2(reach / magnitude)));
  const u = builder.append(`${name} centred, 9 bits`, {
    kind: "requantize",
    source: centred,
    shifts: [centredShift],
    lo: -magnitude,
    hi: magnitude - 1,
  });
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
  // What one step of u stands for, and what u is divided by.
  const step = (x.scale[0]! * 2 ** centredShift) / n;
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
