import type { FloatBinary, FloatMatMul, FloatSource } from "../../float/types.ts";
import type { Encoded, Pending, Target } from "../encoded.ts";
import type { Lowering } from "../Lowering.ts";
import { largestOf, uniform, zip, type Periodic } from "../periodic.ts";
import { prepared } from "./prepare.ts";

/** Factors of a product have at most this magnitude, so that it stays far below 2^24. */
const FACTOR_MAGNITUDE = 511;

/** Elementwise product of two branches. */
export function lowerProduct(context: Lowering, at: FloatSource, node: FloatBinary): Encoded {
  const [a, b] = node.sources.map((source) =>
    prepared(context, node.name, context.valueOf(source), { offset: "zero", magnitude: FACTOR_MAGNITUDE }),
  ) as [Encoded, Encoded];
  const source = context.builder.append(node.name, { kind: "multiply", sources: [a.source, b.source] });
  const scale = zip((x, y) => x * y, a.scale, b.scale);
  return finished(context, at, { source, shape: a.shape, scale, offset: uniform(0) });
}

/** Product of two matrices, neither of them known before: 8 bits by 8 bits. */
export function lowerMatMul(context: Lowering, at: FloatSource, node: FloatMatMul): Encoded {
  const [a, b] = node.sources.map((source) =>
    prepared(context, node.name, context.valueOf(source), { scale: "uniform", offset: "zero", magnitude: 255 }),
  ) as [Encoded, Encoded];
  const source = context.builder.append(node.name, { kind: "matMul", sources: [a.source, b.source] });
  const scale = uniform(a.scale[0]! * b.scale[0]!);
  return finished(context, at, { source, shape: context.builder.shapeOf(source), scale, offset: uniform(0) });
}

/** Products are left as they are where they are the scores, else brought to the calibrated range by a shift. */
function finished(context: Lowering, at: FloatSource, product: Encoded): Encoded {
  const finish = context.finishOf(at);
  if (finish.kind === "scores") return product;
  return shiftedTo(product, context.targetOf(at, context.stepPlan(at).activationBits));
}

/**
 * Rescales by a shift alone. The scale that this gives is finer than the target's by less than 2; where it would be
 * coarser by more than 1.4, one bit more is kept.
 */
export function shiftedTo(encoded: Encoded, target: Target): Encoded {
  const coarsest = largestOf(encoded.scale);
  const ratio = target.scale[0]! / coarsest;
  let shift = Math.min(23, Math.max(0, Math.ceil(Math.log2(ratio) - 0.05)));
  let [lo, hi] = [target.lo, target.hi];
  if (shift > 0 && ratio / 2 ** shift < 0.7) {
    shift--;
    [lo, hi] = [2 * lo, 2 * hi + 1];
  }
  // Sums coarser than the target, even unshifted, need fewer integers.
  const pending: Pending = { shifts: [shift], lo, hi };
  return { ...encoded, scale: scaledBy(encoded.scale, 2 ** shift), pending };
}

function scaledBy(list: Periodic, factor: number): Periodic {
  return list.map((value) => value * factor);
}
