import { elementCount, type Shape } from "@verimesh/core";
import { applyAffine } from "../affine.ts";
import type { OnnxCall, OperatorReader } from "../OnnxCall.ts";
import { constant, type OnnxConstant, type OnnxTensor, type OnnxValue } from "../values.ts";
import { alongAxis, pad, withSize } from "./alongAxis.ts";

export const JOINS: Readonly<Record<string, OperatorReader>> = {
  Concat: (call) => {
    const values = call.inputs.map((_, index) => call.input(index));
    if (values.length < 1 || values.length > 1024) call.invalid(`has ${values.length} inputs`);
    return concat(call, values);
  },
};

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

export function joinTensors(call: OnnxCall, tensors: readonly OnnxTensor[], axis: number): OnnxTensor {
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
