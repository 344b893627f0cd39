import { elementCount, stridesOf, type Shape } from "@verimesh/core";
import type { OnnxCall } from "../OnnxCall.ts";
import { splitSizes } from "../operators/parts.ts";
import { reshaped, squeezed, transposition, unsqueezed } from "../operators/rearrangements.ts";
import { readSlices } from "../operators/sliceRanges.ts";
import { broadcastShape, type OnnxConstant } from "../values.ts";
import { mustFold, type Folder } from "./Folder.ts";
import { strided } from "./strided.ts";

export const FOLDED_REARRANGEMENTS: Readonly<Record<string, Folder>> = {
  Identity: (_, [x]) => x!,
  Dropout: (_, [x]) => x!,
  Reshape: (call, [x]) => inShape(call, x!, reshaped(call, x!.shape, call.integers(1, "shape") ?? [])),
  Flatten: (call, [x]) => {
    const given = call.attributes.int("axis", 1);
    const axis = given === x!.shape.length ? given : call.axis(given, x!.shape.length);
    return inShape(call, x!, [elementCount(x!.shape.slice(0, axis)), elementCount(x!.shape.slice(axis))]);
  },
  Squeeze: (call, [x]) => inShape(call, x!, squeezed(call, x!.shape)),
  Unsqueeze: (call, [x]) => inShape(call, x!, unsqueezed(call, x!.shape)),
  Transpose: (call, [x]) => {
    const order = transposition(call, x!.shape);
    const strides = stridesOf(x!.shape);
    return walk(
      call,
      x!,
      order.map((axis) => x!.shape[axis]!),
      0,
      order.map((axis) => strides[axis]!),
    );
  },
  Expand: (call, [x]) => {
    const shape =
      broadcastShape(x!.shape, call.integers(1, "shape") ?? []) ?? call.invalid("stretches to another shape");
    const missing = shape.length - x!.shape.length;
    const strides = stridesOf(x!.shape);
    return walk(
      call,
      x!,
      shape,
      0,
      shape.map((_, axis) => (axis < missing || x!.shape[axis - missing] === 1 ? 0 : strides[axis - missing]!)),
    );
  },
  Slice: (call, [x]) =>
    readSlices(call, x!.shape).reduce((part, { axis, begin, size, step }) => {
      const strides = [...stridesOf(part.shape)];
      const start = begin * strides[axis]!;
      strides[axis]! *= step;
      return walk(
        call,
        part,
        part.shape.map((old, k) => (k === axis ? size : old)),
        start,
        strides,
      );
    }, x!),
  Split: (call, [x]) => {
    const axis = call.axis(call.attributes.int("axis", 0), x!.shape.length);
    const strides = stridesOf(x!.shape);
    let begin = 0;
    return splitSizes(call, x!.shape[axis]!).map((size) => {
      const part = walk(
        call,
        x!,
        x!.shape.map((old, k) => (k === axis ? size : old)),
        begin * strides[axis]!,
        strides,
      );
      begin += size;
      return part;
    });
  },
  Gather: (call, [x, indices]) => {
    if (indices?.kind !== "whole") return call.invalid("has no whole numbers as indices");
    const axis = call.axis(call.attributes.int("axis", 0), x!.shape.length);
    const positions = [...indices.data].map((index) => call.axis(index, x!.shape[axis]!));
    const shape = [...x!.shape.slice(0, axis), ...indices.shape, ...x!.shape.slice(axis + 1)];
    mustFold(call, shape);
    const after = elementCount(x!.shape.slice(axis + 1));
    const before = elementCount(x!.shape.slice(0, axis));
    const data = emptyLike(x!, elementCount(shape));
    let at = 0;
    for (let outer = 0; outer < before; outer++) {
      for (const position of positions) {
        const start = (outer * x!.shape[axis]! + position) * after;
        data.set(x!.data.subarray(start, start + after), at);
        at += after;
      }
    }
    return { ...x!, shape, data };
  },
  Concat: (call, inputs) => {
    const first = inputs[0] ?? call.invalid("has no inputs");
    const axis = call.axis(call.attributes.int("axis"), first.shape.length);
    const isAlike = ({ shape, kind }: OnnxConstant) =>
      kind === first.kind &&
      shape.length === first.shape.length &&
      shape.every((size, k) => k === axis || size === first.shape[k]);
    if (!inputs.every(isAlike)) call.invalid("joins constants of different shapes or types");
    const total = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0);
    const shape = first.shape.map((size, k) => (k === axis ? total : size));
    mustFold(call, shape);
    const data = emptyLike(first, elementCount(shape));
    const after = elementCount(shape.slice(axis + 1));
    let at = 0;
    for (const { shape: own, data: values } of inputs) {
      const width = own[axis]! * after;
      for (let index = 0; index < values.length; index++)
        data[Math.floor(index / width) * total * after + at + (index % width)] = values[index]!;
      at += width;
    }
    return { ...first, shape, data };
  },
};

function inShape(call: OnnxCall, x: OnnxConstant, shape: Shape): OnnxConstant {
  return elementCount(shape) === x.data.length
    ? { ...x, shape }
    : call.invalid(`turns [${x.shape.join(", ")}] into [${shape.join(", ")}]`);
}

function walk(call: OnnxCall, x: OnnxConstant, shape: Shape, start: number, strides: readonly number[]): OnnxConstant {
  mustFold(call, shape);
  return { ...x, shape, data: strided(x.data, shape, start, strides) };
}

function emptyLike({ data }: OnnxConstant, count: number): Float32Array | Float64Array {
  return data instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);
}
