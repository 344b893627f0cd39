import { elementCount, type Shape } from "@verimesh/core";
import { strided } from "./constants/strided.ts";
import { applyScalars, canBeChannelsLast, lastChannels } from "./elementwise.ts";
import type { OnnxCall } from "./OnnxCall.ts";
import { compactShape } from "./TensorWriter.ts";
import { broadcastShape, scalarOf, type OnnxConstant, type OnnxTensor } from "./values.ts";

/**
 * `x · scale + offset` with constants that stretch to x, or x to them, as Numpy does: one number for all, per channel or per
 * element, whichever is the least.
 */
export function applyAffine(
  call: OnnxCall,
  x: OnnxTensor,
  { scale, offset }: { scale?: OnnxConstant; offset?: OnnxConstant },
): OnnxTensor {
  call.mustBeReal(x);
  const constants = [scale, offset].filter((value) => value !== undefined);
  if (constants.some(({ kind }) => kind !== "real")) call.invalid("mixes real numbers and integers");
  const shape =
    broadcastShape(x.shape, ...constants.map((value) => value.shape)) ??
    call.invalid(`takes [${x.shape.join(", ")}] and constants that do not stretch to it`);
  const isScalar = constants.every((value) => scalarOf(value) !== undefined);
  if (isScalar && shape.length === x.shape.length)
    return applyScalars(call, x, scalarOf(scale) ?? 1, scalarOf(offset) ?? 0);
  call.mustFit(shape);
  const stretched = stretch(call, x, shape);
  const isPerChannel = constants.every((value) => variesOverChannelsOnly(value.shape, shape));
  const isChannelsLast = canBeChannelsLast(shape, stretched) && (isPerChannel || stretched.isChannelsLast);
  const ordered = isChannelsLast
    ? call.writer.channelsLast(call.name, stretched)
    : call.writer.plain(call.name, stretched);
  const floatShape = isChannelsLast ? lastChannels(shape) : compactShape(shape);
  const source = call.writer.view(call.name, ordered, floatShape);
  const numbers = (value: OnnxConstant | undefined, otherwise: number): Float32Array =>
    value === undefined
      ? Float32Array.of(otherwise)
      : leastPeriod(expand(value, shape, isChannelsLast), floatShape.at(-1)!);
  const affine = { scale: numbers(scale, 1), offset: numbers(offset, 0) };
  return call.result(call.writer.add({ op: "affine", name: call.name, source, ...affine }), shape, [x], isChannelsLast);
}

/** The tensor as large as the shape. */
export function stretch(call: OnnxCall, x: OnnxTensor, shape: Shape): OnnxTensor {
  if (elementCount(x.shape) === elementCount(shape)) {
    if (x.shape.length === shape.length) return x;
    const plain = call.writer.plain(call.name, x);
    return call.result(plain.source, shape, [x]);
  }
  const { name, writer } = call;
  const missing = shape.length - x.shape.length;
  // Axes of 1 in front count as none.
  const start = Math.min(
    shape.findIndex((size) => size !== 1),
    shape.length - 1,
  );
  const goal = shape.slice(start);
  const own = goal.map((_, axis) => x.shape[axis + start - missing] ?? 1);
  const view = writer.view(name, writer.plain(name, x), own);
  return call.result(writer.broadcast(name, view, goal), shape, [x]);
}

function variesOverChannelsOnly(own: Shape, shape: Shape): boolean {
  const missing = shape.length - own.length;
  return own.every((size, axis) => size === 1 || axis + missing === 1);
}

function expand(value: OnnxConstant, shape: Shape, isChannelsLast: boolean): ArrayLike<number> {
  const missing = shape.length - value.shape.length;
  const strides = new Array<number>(shape.length).fill(0);
  let step = 1;
  for (let axis = shape.length - 1; axis >= missing; axis--) {
    const size = value.shape[axis - missing]!;
    strides[axis] = size === 1 ? 0 : step;
    step *= size;
  }
  return isChannelsLast
    ? strided(value.data, lastChannels(shape), 0, lastChannels(strides))
    : strided(value.data, shape, 0, strides);
}

function leastPeriod(values: ArrayLike<number>, channels: number): Float32Array {
  for (const period of [1, channels]) {
    let repeats = true;
    for (let index = period; index < values.length && repeats; index++)
      repeats = values[index] === values[index - period];
    if (repeats) return Float32Array.from({ length: period }, (_, index) => values[index]!);
  }
  return new Float32Array(values);
}
