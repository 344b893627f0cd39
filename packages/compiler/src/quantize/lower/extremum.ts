import type { FloatBinary, FloatSource } from "../../float/types.ts";
import type { Encoded } from "../encoded.ts";
import type { Lowering } from "../Lowering.ts";
import { uniform, zip } from "../periodic.ts";
import { elementCount } from "@verimesh/core";

const SHIFT = 6;

/** The larger or smaller of two branches: both brought to one scale, 64 times as fine as the result's, and a max pooling. */
export function lowerExtremum(context: Lowering, at: FloatSource, node: FloatBinary): Encoded {
  const { builder } = context;
  const sign = node.op === "minimum" ? -1 : 1;
  const target = context.targetOf(at, context.stepPlan(at).activationBits);
  const factor = (sign * 2 ** SHIFT) / target.scale[0]!;
  const count = elementCount(node.shape);
  const rows = node.sources.map((from, k) => {
    const x = context.valueOf(from);
    const common = builder.append(`${node.name} ${k === 0 ? "left" : "right"}`, {
      kind: "combine",
      sources: [x.source],
      multipliers: [Int32Array.from(x.scale, (scale) => Math.round(scale * factor))],
      bias: Int32Array.from(zip((offset) => Math.round(offset * factor), x.offset)),
    });
    return context.reshape(`${node.name} row`, common, [1, 1, count]);
  });
  const pair = builder.append(`${node.name} pair`, { kind: "concat", sources: rows, axis: 0 });
  const larger = builder.append(node.name, { kind: "maxPool2d", source: pair, window: [2, 1], strides: [2, 1] });
  let source = context.reshape(`${node.name} shape`, larger, node.shape);
  if (sign < 0) {
    const multipliers = [Int32Array.of(-1)];
    source = builder.append(`${node.name} sign`, {
      kind: "combine",
      sources: [source],
      multipliers,
      bias: Int32Array.of(0),
    });
  }
  return {
    source,
    shape: node.shape,
    scale: target.scale,
    offset: uniform(0),
    pending: { shifts: [SHIFT], lo: target.lo, hi: target.hi },
  };
}
