import { elementCount, type Shape } from "@verimesh/core";
import type { FloatSource } from "../../../float/types.ts";
import { applyAffine } from "../affine.ts";
import { lastChannels } from "../elementwise.ts";
import type { OnnxCall, OperatorReader } from "../OnnxCall.ts";
import { constant, scalarOf, type OnnxConstant, type OnnxTensor, type OnnxValue } from "../values.ts";
import { readSlices, type SliceRange } from "./sliceRanges.ts";

/** What takes tensors apart and puts them together. */
export const PARTS: Readonly<Record<string, OperatorReader>> = {
  Slice: (call) => {
    const x = call.tensor(0);
    return readSlices(call, x.shape).reduce((part, range) => slice(call, part, range), x);
  },
  Split: (call) => {
    const x = call.tensor(0);
    const axis = call.axis(call.attributes.int("axis", 0), x.shape.length);
    const sizes = splitSizes(call, x.shape[axis]!);
    let begin = 0;
    return sizes.map((size) => {
      const part = slice(call, x, { axis, begin, size, step: 1 });
      begin += size;
      return part;
    });
  },
  Gather: (call) => {
    const [table, indices] = [call.input(0), call.input(1)];
    if (table.is === "constant") return embed(call, table, call.tensor(1));
    if (indices.is !== "constant")
      return call.refuse(
        "looks up computed rows in a computed table",
        "A constant table (an embedding) or constant indices are supported.",
      );
    return pick(call, call.tensor(0), indices);
  },
  Concat: (call) => {
    const values = call.inputs.map((_, index) => call.input(index));
    if (values.length < 1 || values.length > 1024) call.invalid(`has ${values.length} inputs`);
    return concat(call, values);
  },
  Pad: (call) => {
    const mode = call.attributes.text("mode", "constant");
    if (mode !== "constant") call.refuse(`pads by "${mode.slice(0, 16)}"`, 'Supported is "constant".');
    const x = call.tensor(0);
    const pads = call.integers(1, "pads") ?? call.invalid("has no pads");
    const value = call.inputs[2] === undefined ? 0 : scalarOf(call.constant(2, "value"));
    const axes = (call.integers(3, "axes") ?? x.shape.map((_, axis) => axis)).map((axis) =>
      call.axis(axis, x.shape.length),
    );
    if (pads.length !== 2 * axes.length || value === undefined)
      return call.invalid("has pads for other axes than its own");
    if (pads.some((size) => size < 0)) call.refuse("cuts off with a negative pad", "Use Slice.");
    return axes.reduce((padded, axis, k) => pad(call, padded, axis, pads[k]!, pads[axes.length + k]!, value), x);
  },
};

/** A tensor as `[before, axis, after]`, without a first or last axis of 1. */
interface AxisView {
  readonly source: FloatSource;
  readonly shape: Shape;
  readonly axis: number;
}

function alongAxis(call: OnnxCall, x: OnnxTensor, axis: number): AxisView {
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

function withSize(call: OnnxCall, x: OnnxTensor, source: FloatSource, axis: number, size: number): OnnxTensor {
  const shape = x.shape.map((old, index) => (index === axis ? size : old));
  call.mustFit(shape);
  return { ...call.result(source, shape, [x], x.isChannelsLast), kind: x.kind };
}

function slice(call: OnnxCall, whole: OnnxTensor, { axis, begin, size, step }: SliceRange): OnnxTensor {
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

function pad(call: OnnxCall, x: OnnxTensor, axis: number, before: number, after: number, value: number): OnnxTensor {
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

/** Constants may stand before or after all tensors: these are padded, and the constants added. */
function concat(call: OnnxCall, values: readonly OnnxValue[]): OnnxTensor {
  const rank = values[0]!.is === "label" ? 0 : values[0]!.shape.length;
  const axis = call.axis(call.attributes.int("axis"), rank);
  const first = values.findIndex(({ is }) => is !== "constant");
  const last = values.findLastIndex(({ is }) => is !== "constant");
  const tensors = values.slice(first, last + 1).map((value, index) => {
    if (value.is === "constant")
      call.refuse("has a constant between tensors", "Constants before or after all of them are supported.");
    return call.tensor(first + index);
  });
  const joined = joinTensors(call, tensors, axis);
  if (tensors.length === values.length) return joined;
  const sizeOf = (list: readonly OnnxValue[]) =>
    (list as readonly OnnxConstant[]).reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
  const [before, after] = [sizeOf(values.slice(0, first)), sizeOf(values.slice(last + 1))];
  const padded = pad(call, joined, axis, before, after, 0);
  return applyAffine(call, padded, { offset: placed(call, values, padded.shape, axis) });
}

function joinTensors(call: OnnxCall, tensors: readonly OnnxTensor[], axis: number): OnnxTensor {
  const { shape, kind } = tensors[0]!;
  if (tensors.length === 1) return tensors[0]!;
  tensors.forEach((tensor) => call.mustKeepBatch(tensor, [axis]));
  const fits = tensors.every(
    (tensor) =>
      tensor.kind === kind &&
      tensor.shape.length === shape.length &&
      tensor.shape.every((size, k) => k === axis || size === shape[k]),
  );
  if (!fits) call.invalid("joins tensors of different shapes");
  const isChannelsLast = axis !== 0 && shape[0] === 1 && tensors.some((tensor) => tensor.isChannelsLast);
  const ordered = tensors.map((tensor) =>
    isChannelsLast ? call.writer.channelsLast(call.name, tensor) : call.writer.plain(call.name, tensor),
  );
  const size = tensors.reduce((sum, tensor) => sum + tensor.shape[axis]!, 0);
  call.mustFit(shape.map((old, index) => (index === axis ? size : old)));
  const views = ordered.map((tensor) => alongAxis(call, tensor, axis));
  const { axis: at } = views[0]!;
  const sources = views.map(({ source }) => source);
  const source = call.writer.add({ op: "concat", name: call.name, sources, axis: at });
  const from = { ...ordered[0]!, hasBatch: tensors.some((tensor) => tensor.hasBatch) };
  return withSize(call, from, source, axis, size);
}

/** The constants where they stand among the values, zeros elsewhere. */
function placed(call: OnnxCall, values: readonly OnnxValue[], shape: Shape, axis: number): OnnxConstant {
  const data = new Float64Array(elementCount(shape));
  const after = elementCount(shape.slice(axis + 1));
  const row = shape[axis]! * after;
  let at = 0;
  for (const value of values) {
    if (value.is === "label") continue;
    const width = value.shape[axis]! * after;
    if (value.is === "constant") {
      const fits =
        value.shape.length === shape.length && value.shape.every((size, k) => k === axis || size === shape[k]);
      if (!fits || value.kind !== "real") call.invalid("joins a constant of another shape or type");
      for (let index = 0; index < value.data.length; index++)
        data[Math.floor(index / width) * row + at + (index % width)] = value.data[index]!;
    }
    at += width;
  }
  return constant("real", shape, data);
}

/** Rows of a constant table by indices that depend on the input: an embedding. */
function embed(call: OnnxCall, table: OnnxConstant, indices: OnnxTensor): OnnxTensor {
  if (table.shape.length < 1 || call.axis(call.attributes.int("axis", 0), table.shape.length) !== 0)
    call.refuse("looks up along another axis than the first", "Rows of a table are supported.");
  if (indices.kind !== "whole") call.invalid("looks up by real numbers");
  if (table.kind !== "real") call.refuse("looks up integers", "A table of real numbers is supported.");
  const [rows, ...rest] = table.shape as [number, ...number[]];
  const width = elementCount(rest);
  const shape = [...indices.shape, ...rest];
  call.mustFit(shape);
  const { name, writer } = call;
  const plain = writer.plain(name, indices);
  const view = writer.compact(name, plain);
  const flat = writer.shapeOf(view).length > 3 ? writer.reshape(name, view, [elementCount(indices.shape)]) : view;
  const source = writer.add({ op: "embedding", name, source: flat, rows, width, table: new Float32Array(table.data) });
  return call.result(source, shape, [indices]);
}

/** Constant positions along an axis; a single one without axes takes the axis away. */
function pick(call: OnnxCall, x: OnnxTensor, indices: OnnxConstant): OnnxTensor {
  if (indices.kind !== "whole") call.invalid("looks up by real numbers");
  const axis = call.axis(call.attributes.int("axis", 0), x.shape.length);
  const positions = [...indices.data].map((index) => call.axis(index, x.shape[axis]!));
  if (positions.length < 1 || positions.length > 256)
    call.refuse(`takes ${positions.length} positions`, "1 to 256 are supported.");
  const step = positions.length > 1 ? positions[1]! - positions[0]! : 1;
  const isRegular = step > 0 && positions.every((value, k) => value === positions[0]! + k * step);
  const picked = isRegular
    ? slice(call, x, { axis, begin: positions[0]!, size: positions.length, step })
    : joinTensors(
        call,
        positions.map((begin) => slice(call, x, { axis, begin, size: 1, step: 1 })),
        axis,
      );
  if (indices.shape.length === 1) return picked;
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  const result = shape.length === 0 ? [1] : shape;
  return { ...call.result(call.writer.plain(call.name, picked).source, result, [picked]), kind: x.kind };
}

export function splitSizes(call: OnnxCall, total: number): readonly number[] {
  const given = call.integers(1, "split");
  const count = given?.length ?? call.attributes.int("num_outputs", call.outputs.length);
  if (count < 1 || count > 1024 || count > total) call.invalid(`splits ${total} into ${count}`);
  const chunk = Math.ceil(total / count);
  const sizes = given ?? Array.from({ length: count }, (_, k) => Math.min(chunk, total - k * chunk));
  if (sizes.reduce((sum, size) => sum + size, 0) !== total || sizes.some((size) => size < 0))
    call.invalid(`splits ${total} into [${sizes.slice(0, 8).join(", ")}]`);
  return sizes;
}
