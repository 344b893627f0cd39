import { VerimeshError } from "@verimesh/core";
import type { FloatBinary, FloatConv2d, FloatDense, FloatSource } from "../../float/types.ts";
import { attempt } from "../attempt.ts";
import type { Encoded, Target } from "../encoded.ts";
import type { Lowering } from "../Lowering.ts";
import { largestOf, shortened, zip } from "../periodic.ts";
import { lowerConv2d } from "./conv2d.ts";
import { lowerDense } from "./dense.ts";
import { tapBounds } from "./prepare.ts";

/** In steps of the result: what rounding the branch's multiplier may cost at the branch's largest value. */
const MAX_ERROR = 1;

/**
 * A branch and the sums of a dense layer or convolution that nothing else reads, added as sums and rescaled once: the step
 * is lowered anew for the scale of the addition, and its own rescaling, which nothing reads then, is left out. One
 * decomposition an element less, and one rounding.
 *
 * @returns null where the addition is of another kind, or where the branch would be too coarse beside the sums
 */
export function lowerJointSum(context: Lowering, at: FloatSource, node: FloatBinary): Encoded | null {
  const finish = context.finishOf(at);
  const [first, second] = node.sources;
  if (node.op !== "add" || finish.kind === "scores" || first === second) return null;
  const step = [second, first].find((source) => isReadOnce(context, source));
  if (step === undefined) return null;
  const branch = branchOf(context, step === first ? second : first);
  const channels = branch.shape.at(-1)!;
  const lists = [branch.scale, branch.offset, finish.target.scale];
  if (branch.pending !== undefined || lists.some(({ length }) => length !== 1 && length !== channels)) return null;

  const layer = context.nodeOf(step) as FloatDense | FloatConv2d;
  const joint = { map: { name: `${layer.name} sums`, beside: reachOf(context, branch) }, finish };
  // Where no shift makes the sums fit beside the branch, alone they may.
  const sums = attempt(() =>
    layer.op === "dense" ? lowerDense(context, step, layer, joint) : lowerConv2d(context, step, layer, joint),
  );
  return sums instanceof VerimeshError ? null : added(context, node.name, sums, branch, finish.target);
}

function isReadOnce(context: Lowering, source: FloatSource): boolean {
  const op = context.nodeOf(source)?.op;
  return (op === "dense" || op === "conv2d") && context.consumersOf(source).length === 1;
}

function branchOf(context: Lowering, source: FloatSource): Encoded {
  const branch = context.valueOf(source);
  const { scale, offset, shape } = branch;
  return { ...branch, scale: shortened(scale, shape), offset: shortened(offset, shape) };
}

/** Per channel, in reals: how large the branch can be. */
function reachOf(context: Lowering, { source, scale, offset }: Encoded): Float64Array {
  const { lows, highs } = tapBounds(context, source);
  return zip(
    (lo, hi, step, from) => Math.max(Math.abs(lo), Math.abs(hi)) * step + Math.abs(from),
    ...[lows, highs, scale, offset],
  );
}

function added(context: Lowering, name: string, sums: Encoded, branch: Encoded, target: Target): Encoded | null {
  const shifts = Float64Array.from(sums.pending!.shifts);
  // A silent channel is 0, whatever the branch says.
  const silent = Float64Array.from(target.silent ?? [false], Number);
  const factors = zip((shift, step, isSilent) => (isSilent ? 0 : 2 ** shift / step), shifts, sums.scale, silent);
  const exact = zip((factor, step) => factor * step, factors, branch.scale);
  const { lo, hi } = context.builder.hullOf(branch.source);
  const errors = zip(
    (real, shift) => (Math.abs(real - Math.round(real)) * Math.max(-lo, hi)) / 2 ** shift,
    exact,
    shifts,
  );
  if (largestOf(errors) > MAX_ERROR) return null;
  const source = context.builder.append(name, {
    kind: "combine",
    sources: [sums.source, branch.source],
    multipliers: [Int32Array.of(1), Int32Array.from(exact, Math.round)],
    bias: Int32Array.from(zip((factor, from) => Math.round(factor * from), factors, branch.offset)),
  });
  return { ...sums, source };
}
