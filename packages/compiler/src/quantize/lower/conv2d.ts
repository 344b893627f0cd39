import type { FloatConv2d, FloatSource } from "../../float/types.ts";
import type { Encoded } from "../encoded.ts";
import type { Lowering } from "../Lowering.ts";
import { impossible } from "../refuse.ts";
import { isPadded } from "../settlement.ts";
import { appendLinear, type Joint } from "./linear.ts";
import { prepared, tapBounds } from "./prepare.ts";

/** Convolution, grouped or not. Zero padding stands for the real 0: an input with an offset is padded by its own zero. */
export function lowerConv2d(context: Lowering, at: FloatSource, node: FloatConv2d, joint?: Joint): Encoded {
  const { name, filters, kernel, strides, dilations, groups } = node;
  const read = prepared(context, name, context.valueOf(node.source), { scale: "channels", offset: "channels" });
  const { encoded: x, padding } = paddedByZero(context, node, read);
  const channels = x.shape[2]!;
  const depth = channels / groups;
  const taps = kernel[0] * kernel[1] * depth;
  const bounds = tapBounds(context, x.source, isPadded(padding));
  const weights = new Float64Array(node.weights.length);
  const bias = Float64Array.from(node.bias);
  const [lows, highs] = [new Float64Array(weights.length), new Float64Array(weights.length)];
  for (let tap = 0; tap < taps; tap++) {
    for (let o = 0; o < filters; o++) {
      const index = tap * filters + o;
      const channel = Math.floor(o / (filters / groups)) * depth + (tap % depth);
      weights[index] = node.weights[index]! * x.scale[channel % x.scale.length]!;
      bias[o]! += node.weights[index]! * x.offset[channel % x.offset.length]!;
      lows[index] = bounds.lows[channel]!;
      highs[index] = bounds.highs[channel]!;
    }
  }
  const map = { name, taps, channels: filters, weights, bias, lows, highs };
  return appendLinear(
    context,
    at,
    { ...map, ...joint?.map },
    (integers) => ({
      kind: "conv2d",
      source: x.source,
      filters,
      kernel,
      strides,
      dilations,
      padding,
      groups,
      weights: Int8Array.from(integers.weights),
      bias: integers.bias,
    }),
    joint?.finish,
  );
}

const NO_PADDING = { top: 0, bottom: 0, left: 0, right: 0 };
/** How far, in integer steps, the real 0 may be from an integer. */
const ZERO_TOLERANCE = 0.02;

function paddedByZero(context: Lowering, node: FloatConv2d, x: Encoded) {
  const { padding, name } = node;
  if (!isPadded(padding) || x.offset.every((value) => value === 0)) return { encoded: x, padding };
  const zero = -x.offset[0]! / x.scale[0]!;
  const isOneInteger =
    x.scale.length === 1 && x.offset.length === 1 && Math.abs(zero - Math.round(zero)) <= ZERO_TOLERANCE;
  if (!isOneInteger) {
    impossible(
      `Layer "${name}" pads an input whose encoding has an offset.`,
      "Expected offset 0, so that the byte 0 means the real 0, or an offset that is a multiple of the scale.",
    );
  }
  const source = context.builder.append(`${name} padding`, {
    kind: "pad",
    source: x.source,
    before: [padding.top, padding.left, 0],
    after: [padding.bottom, padding.right, 0],
    value: Math.round(zero),
  });
  return { encoded: { ...x, source, shape: context.builder.shapeOf(source) }, padding: NO_PADDING };
}
