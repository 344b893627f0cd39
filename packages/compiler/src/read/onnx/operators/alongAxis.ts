import { elementCount, type Shape } from "@verimesh/core";
import type { FloatSource } from "../../../float/types.ts";
import { lastChannels } from "../elementwise.ts";
import type { OnnxCall } from "../OnnxCall.ts";
import type { OnnxTensor } from "../values.ts";
import type { SliceRange } from "./sliceRanges.ts";

/** A tensor as `[before, axis, after]`, without a first or last axis of 1. */
export interface AxisView {
  readonly source: FloatSource;
  readonly shape: Shape;
  readonly axis: number;
}

export function alongAxis(call: OnnxCall, x: OnnxTensor, axis: number): AxisView {
  const shape = x.isChannelsLast ? lastChannels(x.shape) : x.shape;
  const at = x.isChannelsLast ? (axis === 1 ? shape.length - 1 : axis - 2) : axis;
  const [before, after] = [elementCount(shape.slice(0, at)), elementCount(shape.slice(at + 1))];
  const view = [...(before === 1 ? [] : [before]), shape[at]!, ...(after === 1 ? [] : [after])];
  return { source: call.writer.view(call.name, x, view), shape: view, axis: before === 1 ? 0 : 1 };
}

/** In channels-last order there is no axis 0 to work along. */
function orderFor(call: OnnxCall, x: OnnxTensor, axis: number): OnnxTensor {
  return axis === 0 ? call.writer.plain(call.name, x) : x;
}

export function withSize(call: OnnxCall, x: OnnxTensor, source: FloatSource, axis: number, size: number): OnnxTensor {
  const shape = x.shape.map((old, index) => (index === axis ? size : old));
  call.mustFit(shape);
  return { ...call.result(source, shape, [x], x.isChannelsLast), kind: x.kind };
}

export function slice(call: OnnxCall, whole: OnnxTensor, { axis, begin, size, step }: SliceRange): OnnxTensor {
  if (begin === 0 && size === whole.shape[axis]) return whole;
  call.mustKeepBatch(whole, [axis]);
  if (size < 1) call.refuse("takes an empty part", "Parts of one element or more are supported.");
  const x = orderFor(call, whole, axis);
  const { source, shape, axis: at } = alongAxis(call, x, axis);
  const only = (value: number, otherwise: readonly number[]) =>
    otherwise.map((other, index) => (index === at ? value : other));
  const part = call.writer.add({
    op: "slice",
    name: call.name,
    source,
    begin: only(
      begin,
      shape.map(() => 0),
    ),
    size: only(size, shape),
    strides: only(
      step,
      shape.map(() => 1),
    ),
  });
  return withSize(call, x, part, axis, size);
}

export function pad(
  call: OnnxCall,
  x: OnnxTensor,
  axis: number,
  before: number,
  after: number,
  value: number,
): OnnxTensor {
  if (before === 0 && after === 0) return x;
  call.mustBeReal(x);
  call.mustKeepBatch(x, [axis]);
  if (!Number.isFinite(value)) call.refuse(`pads with ${value}`, "A finite number is supported.");
  const size = x.shape[axis]! + before + after;
  const ordered = orderFor(call, x, axis);
  call.mustFit(x.shape.map((old, index) => (index === axis ? size : old)));
  const { source, shape, axis: at } = alongAxis(call, ordered, axis);
  const only = (amount: number) => shape.map((_, index) => (index === at ? amount : 0));
  const padded = call.writer.add({
    op: "pad",
    name: call.name,
    source,
    before: only(before),
    after: only(after),
    value,
  });
  return withSize(call, ordered, padded, axis, size);
}
