import type { FloatSoftmax, FloatSource } from "../../float/types.ts";
import type { Encoded } from "../encoded.ts";
import type { Lowering } from "../Lowering.ts";
import { uniform } from "../periodic.ts";
import { impossible } from "../refuse.ts";
import { narrowed } from "./unary.ts";

/** What e^0 is in the table of exponentials. */
const ONE = 1023;
/** What the probability 1 is. */
const CERTAIN = 254;
const SUM_LEVELS = 1023;
const LONGEST_ROW = 128;

/**
 * Softmax over the last axis: the row's largest is subtracted, a table gives exponentials, their sum is brought to 10 bits
 * and a table gives its reciprocal, and the products are brought to 8 bits, 254 for 1.
 *
 * Error of a probability p: at most `p · (n / 2000 + 1/500) + 1/250` for a row of n, besides what the 8 bits of the input
 * cost (a step S in the input changes p by a factor of e^(±S)); measured in the tests.
 */
export function lowerSoftmax(context: Lowering, _at: FloatSource, node: FloatSoftmax): Encoded {
  const { builder } = context;
  const { name, shape } = node;
  const [rows, n] = context.rowsOf(shape);
  if (n > LONGEST_ROW) {
    impossible(
      `"${name}" is a softmax over ${n} values.`,
      `Expected ${LONGEST_ROW} at most, for the sum to keep its digits.`,
    );
  }
  const x = narrowed(context, node.source, name, 511);
  const flat = context.reshape(`${name} rows`, x.source, [rows, n, 1]);
  const largest = builder.append(`${name} largest`, {
    kind: "maxPool2d",
    source: flat,
    window: [1, n],
    strides: [1, n],
  });
  const below = builder.append(`${name} below largest`, {
    kind: "combine",
    sources: [
      flat,
      builder.append(`${name} largest of row`, { kind: "broadcast", source: largest, shape: [rows, n, 1] }),
    ],
    multipliers: [Int32Array.of(1), Int32Array.of(-1)],
    bias: Int32Array.of(0),
  });
  const exponentials = builder.append(`${name} exponentials`, {
    kind: "lookup",
    source: below,
    ...tableOf(builder.hullOf(below), (steps) => Math.round(ONE * Math.exp(Math.min(0, steps) * x.scale[0]!))),
  });
  const sums = builder.append(`${name} sums`, {
    kind: "sumPool2d",
    source: exponentials,
    window: [1, n],
    strides: [1, n],
    multiplier: 1,
  });
  const sumShift = Math.max(0, Math.ceil(Math.log2((n * ONE) / SUM_LEVELS)));
  const coarse = builder.append(`${name} sums of 10 bits`, {
    kind: "requantize",
    source: sums,
    shifts: [sumShift],
    lo: 0,
    hi: SUM_LEVELS,
  });
  const shift = 8 + Math.ceil(Math.log2(n));
  const least = ONE / 2 ** sumShift;
  const reciprocals = builder.append(`${name} reciprocals`, {
    kind: "lookup",
    source: coarse,
    ...tableOf(builder.hullOf(coarse), (sum) =>
      Math.round((CERTAIN * 2 ** shift) / (Math.max(sum, least) * 2 ** sumShift)),
    ),
  });
  const shares = builder.append(`${name} shares`, {
    kind: "multiply",
    sources: [
      exponentials,
      builder.append(`${name} reciprocal of row`, { kind: "broadcast", source: reciprocals, shape: [rows, n, 1] }),
    ],
  });
  const rounded = builder.append(name, { kind: "requantize", source: shares, shifts: [shift], lo: 0, hi: 255 });
  const source = context.reshape(`${name} shape`, rounded, shape);
  return { source, shape, scale: uniform(1 / CERTAIN), offset: uniform(0) };
}

/** A table over an interval, of two entries at least. */
export function tableOf({ lo, hi }: { lo: number; hi: number }, f: (x: number) => number) {
  return { lo, table: Int32Array.from({ length: Math.max(2, hi - lo + 1) }, (_, k) => f(lo + k)) };
}
