import type { GraphCall, OpReader } from "./GraphCall.ts";
import { reshapeValue, slice } from "./rearrangements.ts";
import type { GraphValue } from "./values.ts";

/** Operations that take parts, and embeddings. */
export const SLICING_OPS: Readonly<Record<string, OpReader>> = {
  Slice: (call) => {
    const value = call.input(0);
    const begin = call.integers(1);
    const size = call.integers(2).map((count, axis) => (count === -1 ? value.shape[axis]! - begin[axis]! : count));
    return slice(
      call,
      value,
      begin,
      size,
      size.map(() => 1),
    );
  },
  StridedSlice: stridedSlice,
  Split: (call) => {
    const value = call.input(1);
    const axis = call.axis(call.integers(0)[0] ?? 0, value.shape.length);
    const count = call.node.int("num_split", 1);
    return split(call, value, axis, new Array<number>(clampCount(call, count)).fill(value.shape[axis]! / count));
  },
  SplitV: (call) => {
    const value = call.input(0);
    const axis = call.axis(call.integers(2)[0] ?? 0, value.shape.length);
    const sizes = call.integers(1);
    const known = sizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
    return split(
      call,
      value,
      axis,
      sizes.map((size) => (size === -1 ? value.shape[axis]! - known : size)),
    );
  },
  Unpack: (call) => {
    const value = call.input(0);
    const axis = call.axis(call.node.int("axis", 0), value.shape.length);
    const parts = split(call, value, axis, new Array<number>(clampCount(call, value.shape[axis]!)).fill(1));
    return parts.map((part) =>
      reshapeValue(
        call,
        part,
        part.shape.filter((_, a) => a !== axis),
      ),
    );
  },
  GatherV2: (call) => gather(call, call.inputs.length > 2 ? (call.integers(2)[0] ?? 0) : 0),
  Gather: (call) => gather(call, 0),
};

function split(call: GraphCall, value: GraphValue, axis: number, sizes: readonly number[]): GraphValue[] {
  let start = 0;
  return sizes.map((count) => {
    const begin = value.shape.map((_, a) => (a === axis ? start : 0));
    const size = value.shape.map((length, a) => (a === axis ? count : length));
    start += count;
    return slice(
      call,
      value,
      begin,
      size,
      size.map(() => 1),
    );
  });
}

/** TensorFlow's slices as Python writes them: bits of masks say where a bound is left out or an axis dropped. */
function stridedSlice(call: GraphCall): GraphValue {
  const value = call.input(0);
  const rank = value.shape.length;
  const [begins, ends, steps] = [call.integers(1), call.integers(2), call.integers(3)];
  const mask = (name: string, bit: number) => (call.node.int(name, 0) & (1 << bit)) !== 0;
  if (call.node.int("ellipsis_mask", 0) !== 0 || call.node.int("new_axis_mask", 0) !== 0)
    call.refuse("uses … or a new axis", "Write out every axis, and use ExpandDims.");
  if (begins.length > rank || ends.length !== begins.length || steps.length !== begins.length)
    call.refuse("has bounds for other axes", undefined, "MODEL_FILE_INVALID");
  const [begin, size, strides]: [number[], number[], number[]] = [[], [], []];
  const dropped: number[] = [];
  value.shape.forEach((length, axis) => {
    const step = steps[axis] ?? 1;
    const from = begins[axis] ?? 0;
    const to = ends[axis] ?? length;
    const clamp = (bound: number) => Math.min(Math.max(bound < 0 ? bound + length : bound, 0), length);
    const isDropped = axis < begins.length && mask("shrink_axis_mask", axis);
    const start = isDropped
      ? from < 0
        ? from + length
        : from
      : axis >= begins.length || mask("begin_mask", axis)
        ? 0
        : clamp(from);
    const end = isDropped ? start + 1 : axis >= begins.length || mask("end_mask", axis) ? length : clamp(to);
    if (isDropped) dropped.push(axis);
    begin.push(start);
    size.push(isDropped ? 1 : Math.ceil((end - start) / step));
    strides.push(isDropped ? 1 : step);
  });
  const part = slice(call, value, begin, size, strides);
  return dropped.length === 0
    ? part
    : reshapeValue(
        call,
        part,
        part.shape.filter((_, axis) => !dropped.includes(axis)),
      );
}

/** Rows of a constant table: an embedding. One constant index of a tensor: a slice. */
function gather(call: GraphCall, at: number): GraphValue {
  const value = call.input(0);
  const indices = call.input(1);
  const axis = call.axis(at, value.shape.length);
  if (indices.kind === "constant") {
    const parts = call.integers(1).map((index) => {
      const begin = value.shape.map((_, a) => (a === axis ? (index < 0 ? index + value.shape[a]! : index) : 0));
      const size = value.shape.map((length, a) => (a === axis ? 1 : length));
      return slice(
        call,
        value,
        begin,
        size,
        size.map(() => 1),
      );
    });
    if (parts.length !== 1) return gatherSeveral(call, parts, axis, indices.shape.length);
    const shape = value.shape.flatMap((length, a) => (a === axis ? indices.shape : [length]));
    return reshapeValue(call, parts[0]!, shape);
  }
  if (value.kind !== "constant" || value.shape.length !== 2 || axis !== 0)
    return call.refuse("takes rows by computed indices", "Rows of a constant table [rows, width] are supported.");
  const [rows, width] = value.shape as [number, number];
  const table = Float32Array.from(value.values);
  return call.give(call.add({ op: "embedding", source: indices.source, rows, width, table }), [
    ...indices.shape,
    width,
  ]);
}

function gatherSeveral(call: GraphCall, parts: readonly GraphValue[], axis: number, rank: number): GraphValue {
  if (rank !== 1 || parts.length === 0) call.refuse("takes a table of indices", "One index or a list is supported.");
  const joined = parts.map((part) => (part.kind === "constant" ? Array.from(part.values) : undefined));
  const shape = parts[0]!.shape.map((size, a) => (a === axis ? parts.length : size));
  if (axis === 0 && joined.every((list) => list !== undefined))
    return { kind: "constant", shape, values: joined.flat() };
  const drop = axis > 0 && shape[0] === 1 ? 1 : 0;
  const sources = parts.map((part) =>
    part.kind === "tensor"
      ? call.view(part.source, part.shape.slice(drop))
      : call.refuse("takes columns of a constant"),
  );
  return call.give(call.add({ op: "concat", sources, axis: axis - drop }), shape);
}

function clampCount(call: GraphCall, count: number): number {
  return count >= 1 && count <= 1024 ? count : call.refuse(`gives ${count} parts`, undefined, "MODEL_FILE_INVALID");
}
