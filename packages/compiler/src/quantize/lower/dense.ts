import type { FloatDense, FloatSource } from "../../float/types.ts";
import type { Encoded } from "../encoded.ts";
import type { Lowering } from "../Lowering.ts";
import { appendLinear, type Joint } from "./linear.ts";
import { prepared, tapBounds } from "./prepare.ts";

/** `y = x · weights + bias` over the last axis: the scales of x go into the weights, its offsets into the bias. */
export function lowerDense(context: Lowering, at: FloatSource, node: FloatDense, joint?: Joint): Encoded {
  const { name, inputs, units } = node;
  const x = prepared(context, name, context.valueOf(node.source), { scale: "channels", offset: "channels" });
  const weights = new Float64Array(node.weights.length);
  const bias = Float64Array.from(node.bias);
  for (let i = 0; i < inputs; i++) {
    const [scale, offset] = [x.scale[i % x.scale.length]!, x.offset[i % x.offset.length]!];
    for (let o = 0; o < units; o++) {
      const weight = node.weights[i * units + o]!;
      weights[i * units + o] = weight * scale;
      bias[o]! += weight * offset;
    }
  }
  const map = { name, taps: inputs, channels: units, weights, bias, ...tapBounds(context, x.source) };
  return appendLinear(
    context,
    at,
    { ...map, ...joint?.map },
    (integers) => ({
      kind: "dense",
      source: x.source,
      inputs,
      units,
      weights: Int8Array.from(integers.weights),
      bias: integers.bias,
    }),
    joint?.finish,
  );
}
