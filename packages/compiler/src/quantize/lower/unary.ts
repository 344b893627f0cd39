import type { FloatSource, FloatUnaryFunction } from "../../float/types.ts";
import { unaryFunction } from "../../float/unaryFunctions.ts";
import type { Encoded } from "../encoded.ts";
import type { Lowering } from "../Lowering.ts";
import { isUniform, uniform } from "../periodic.ts";
import { lowerWeightedSum } from "./combine.ts";
import { prepared } from "./prepare.ts";
import { settled } from "./settle.ts";

/** Entries that a table has at most; a circuit pays for them. */
const LONGEST_TABLE = 512;
const WIDEST_CLAMP = 2 ** 16 - 1;

export function lowerUnary(context: Lowering, at: FloatSource, node: FloatUnaryFunction): Encoded {
  return node.function.kind === "clip" ? lowerClip(context, at, node) : lowerTable(context, at, node);
}

/** A clip is the bounds of the rescaling that it follows; after anything else a rescaling by nothing. */
function lowerClip(context: Lowering, at: FloatSource, node: FloatUnaryFunction): Encoded {
  const { lo, hi } = node.function as Extract<FloatUnaryFunction["function"], { kind: "clip" }>;
  const isRectifier = lo === 0 && hi === Infinity;
  const x = prepared(context, node.name, context.valueOf(node.source), {
    offset: isRectifier ? "zero" : "uniform",
    ...(!isRectifier && context.valueOf(node.source).pending === undefined && { scale: "uniform" as const }),
  });
  const hull = context.builder.hullOf(x.source);
  const before = x.pending ?? { shifts: [0], lo: hull.lo, hi: hull.hi };
  const [scale, offset] = [x.scale[0]!, x.offset[0]!];
  // With a scale per channel the calibrated range, which lies within the clip, is the clamp.
  const isOneScale = isUniform(x.scale);
  const least = lo === 0 && offset === 0 ? 0 : isOneScale ? Math.round((lo - offset) / scale) : -Infinity;
  const most = isOneScale ? Math.round((hi - offset) / scale) : Infinity;
  const [low, high] = [Math.max(before.lo, least), Math.min(before.hi, most)];
  const pending = { shifts: before.shifts, lo: low, hi: Math.max(high, low + 1), isClip: !isRectifier };
  if (pending.hi - pending.lo <= WIDEST_CLAMP) return { ...x, pending };
  const rescaled = lowerWeightedSum(context, at, node.name, [x], [uniform(1)], uniform(0), {
    kind: "rescale",
    target: context.targetOf(at, context.stepPlan(at).activationBits),
  });
  return rescaled;
}

/**
 * Any other function of one number: a table over every integer that its source can be. Each entry is exact to half a step
 * of the result, so the error is that of the two roundings: half an input step times the slope, and half an output step.
 */
function lowerTable(context: Lowering, at: FloatSource, node: FloatUnaryFunction): Encoded {
  const { name } = node;
  const x = narrowed(context, node.source, name, LONGEST_TABLE);
  const { lo, hi } = context.builder.hullOf(x.source);
  const f = unaryFunction(node.function);
  const target = context.targetOf(at, context.stepPlan(at).activationBits);
  const size = Math.max(2, hi - lo + 1);
  const reals = Float64Array.from({ length: size }, (_, k) => f((lo + k) * x.scale[0]! + x.offset[0]!));
  const table = Int32Array.from(reals, (real, k) => {
    const defined = Number.isNaN(real) ? nearestDefined(reals, k) : real;
    return Math.min(target.hi, Math.max(target.lo, Math.round(defined / target.scale[0]!)));
  });
  const source = context.builder.append(name, { kind: "lookup", source: x.source, lo, table });
  return { source, shape: x.shape, scale: target.scale, offset: uniform(0) };
}

/** The value as integers of one scale that a table of `entries` holds. */
export function narrowed(context: Lowering, from: FloatSource, name: string, entries: number): Encoded {
  const x = prepared(context, name, context.valueOf(from), { scale: "uniform", offset: "uniform" });
  const { lo, hi } = context.builder.hullOf(x.source);
  if (hi - lo < entries) return x;
  const target = context.targetOf(from, 8);
  const sum = lowerWeightedSum(context, from, `${name} input`, [x], [uniform(1)], uniform(0), {
    kind: "rescale",
    target,
  });
  return settled(context, name, sum);
}

/** Where a function is not defined, such as a logarithm below 0, its table goes on as at the nearest place where it is. */
function nearestDefined(reals: Float64Array, index: number): number {
  for (let distance = 1; distance < reals.length; distance++) {
    for (const near of [reals[index + distance], reals[index - distance]]) {
      if (near !== undefined && !Number.isNaN(near)) return near;
    }
  }
  return 0;
}
