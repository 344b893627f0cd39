import { elementCount, type Shape } from "@verimesh/core";
import type { GraphCall, OpReader } from "./GraphCall.ts";
import { bareShape, broadcastConstant, constant, sliceConstant, transposeConstant, type GraphValue } from "./values.ts";

const pass: OpReader = (call) => call.input(0);

/** Operations that move, join, repeat or leave out values, and those on shapes. */
export const REARRANGING_OPS: Readonly<Record<string, OpReader>> = {
  Identity: pass,
  IdentityN: (call) => [...call.inputs],
  StopGradient: pass,
  Snapshot: pass,
  PreventGradient: pass,
  Cast: (call) => {
    const value = call.input(0);
    const rounds = call.node.type("SrcT") === "DT_FLOAT" && call.node.type("DstT") !== "DT_FLOAT";
    if (!rounds) return value;
    if (value.kind === "constant") return constant(value.shape, Float64Array.from(value.values, Math.trunc));
    const isIndex = call.consumers.every((op) => op === "GatherV2" || op === "Gather");
    return isIndex ? value : call.refuse("rounds to whole numbers", "That is supported for the rows of an embedding.");
  },
  Shape: (call) => constant([call.input(0).shape.length], call.input(0).shape),
  Rank: (call) => constant([], [call.input(0).shape.length]),
  Size: (call) => constant([], [elementCount(call.input(0).shape)]),
  Fill: (call) => {
    const shape = checkSizes(call, call.integers(0));
    return constant(shape, new Float64Array(elementCount(shape)).fill(call.constant(1).values[0] ?? 0));
  },
  Range: (call) => {
    const [start, limit, delta] = [0, 1, 2].map((index) => call.integers(index)[0] ?? 0) as [number, number, number];
    const count = delta === 0 ? -1 : Math.max(0, Math.ceil((limit - start) / delta));
    if (count < 0 || count > 4096) call.refuse("counts too far", "At most 4096 are expected.", "MODEL_FILE_INVALID");
    return constant(
      [count],
      Array.from({ length: count }, (_, index) => start + index * delta),
    );
  },
  Reshape: (call) => reshaped(call, openSize(call, call.integers(1), elementCount(call.input(0).shape))),
  Squeeze: (call) => {
    const { shape } = call.input(0);
    const named = (call.node.ints("squeeze_dims") ?? call.node.ints("axis") ?? []).map((axis) =>
      call.axis(axis, shape.length),
    );
    const axes = named.length > 0 ? named : shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
    if (axes.some((axis) => shape[axis] !== 1))
      call.refuse("drops an axis that is not 1", undefined, "MODEL_FILE_INVALID");
    return reshaped(
      call,
      shape.filter((_, axis) => !axes.includes(axis)),
    );
  },
  ExpandDims: (call) => {
    const { shape } = call.input(0);
    const axis = call.axis(call.integers(1)[0] ?? 0, shape.length + 1);
    return reshaped(call, [...shape.slice(0, axis), 1, ...shape.slice(axis)]);
  },
  Transpose: (call) => {
    const value = call.input(0);
    const permutation = call.integers(1);
    const isPermutation = [...permutation].sort((a, b) => a - b).join() === value.shape.map((_, axis) => axis).join();
    if (!isPermutation) call.refuse(`permutes by ${permutation.join(", ")}`, undefined, "MODEL_FILE_INVALID");
    if (value.kind === "constant") return transposeConstant(value, permutation);
    const shape = permutation.map((axis) => value.shape[axis]!);
    // The batch stays out where it stays first.
    const drop = value.shape[0] === 1 && permutation[0] === 0 && value.shape.length > 1 ? 1 : 0;
    const source = call.view(value.source, value.shape.slice(drop));
    const inner = permutation.slice(drop).map((axis) => axis - drop);
    return call.give(call.add({ op: "transpose", source, permutation: inner }), shape);
  },
  ConcatV2: (call) => concat(call, call.inputs.slice(0, -1), call.integers(call.inputs.length - 1)[0] ?? 0),
  Concat: (call) => concat(call, call.inputs.slice(1), call.integers(0)[0] ?? 0),
  Pack: (call) => {
    const { shape } = call.input(0);
    const axis = call.axis(call.node.int("axis", 0), shape.length + 1);
    const expanded = call.inputs.map((value): GraphValue =>
      reshapeValue(call, value, [...shape.slice(0, axis), 1, ...shape.slice(axis)]),
    );
    return concat(call, expanded, axis);
  },
  Pad: (call) => pad(call, 0),
  PadV2: (call) => pad(call, call.constant(2).values[0] ?? 0),
  Tile: (call) => {
    const repeats = call.integers(1);
    return repeats.reduce<GraphValue>((value, count, axis) => {
      if (count < 1 || count > 1024) call.refuse(`repeats ${count} times`, undefined, "MODEL_FILE_INVALID");
      return count === 1 ? value : concat(call, new Array<GraphValue>(count).fill(value), axis);
    }, call.input(0));
  },
  BroadcastTo: (call) => {
    const value = call.input(0);
    const shape = checkSizes(call, call.integers(1));
    if (value.kind === "constant") return constant(shape, broadcastConstant(value, shape));
    return call.give(call.stretch(value, shape), shape);
  },
};

/** A value in another shape of the file. */
export function reshapeValue(call: GraphCall, value: GraphValue, shape: Shape): GraphValue {
  if (value.kind === "constant") {
    if (elementCount(shape) !== value.values.length)
      call.refuse(`gives [${shape.join(", ")}]`, undefined, "MODEL_FILE_INVALID");
    return constant(shape, value.values);
  }
  return call.give(value.source, shape);
}

function reshaped(call: GraphCall, shape: Shape): GraphValue {
  return reshapeValue(call, call.input(0), shape);
}

/** Replaces one -1. */
function openSize(call: GraphCall, shape: readonly number[], count: number): number[] {
  const known = shape.reduce((product, size) => (size === -1 ? product : product * size), 1);
  return checkSizes(
    call,
    shape.map((size) => (size === -1 ? count / known : size)),
  );
}

function checkSizes(call: GraphCall, shape: readonly number[]): number[] {
  const fits = shape.length <= 6 && shape.every((size) => Number.isInteger(size) && size >= 1);
  if (fits && elementCount(shape) <= 2 ** 24) return [...shape];
  return call.refuse(`gives [${shape.join(", ")}]`, "Whole sizes of 1 or more are expected.", "MODEL_FILE_INVALID");
}

function concat(call: GraphCall, values: readonly GraphValue[], at: number): GraphValue {
  const [first] = values;
  if (first === undefined) return call.refuse("joins nothing", undefined, "MODEL_FILE_INVALID");
  const axis = call.axis(at, first.shape.length);
  const shape = first.shape.map((size, a) =>
    a === axis ? values.reduce((sum, value) => sum + (value.shape[a] ?? 0), 0) : size,
  );
  const fits = values.every(
    (value) => value.shape.length === shape.length && value.shape.every((size, a) => a === axis || size === shape[a]),
  );
  if (!fits) call.refuse("joins shapes that differ", undefined, "MODEL_FILE_INVALID");
  if (values.every((value) => value.kind === "constant")) {
    const outer = elementCount(shape.slice(0, axis));
    const parts = Array.from({ length: outer }, (_, row) =>
      values.map(({ values: list }) =>
        Array.from(list).slice((row * list.length) / outer, ((row + 1) * list.length) / outer),
      ),
    );
    return constant(shape, parts.flat(2));
  }
  // Joined along the batch the float model needs the axis; elsewhere it is one less.
  const drop = axis > 0 && shape[0] === 1 && shape.length > 1 ? 1 : 0;
  const sources = values.map((value) => {
    if (value.kind === "constant")
      return call.refuse("joins a tensor and a constant", "Tensors alone or constants alone are supported.");
    return call.view(value.source, value.shape.slice(drop));
  });
  return call.give(call.add({ op: "concat", sources, axis: axis - drop }), shape);
}

function pad(call: GraphCall, value: number): GraphValue {
  const tensor = call.tensor(0);
  const margins = call.integers(1);
  if (margins.length !== 2 * tensor.shape.length)
    call.refuse(`has ${margins.length} margins`, undefined, "MODEL_FILE_INVALID");
  const [before, after] = [0, 1].map((side) => tensor.shape.map((_, axis) => margins[2 * axis + side]!)) as [
    number[],
    number[],
  ];
  const drop = tensor.shape.length - bareShape(tensor.shape).length;
  if (drop === 1 && before[0]! + after[0]! > 0) call.refuse("pads the batch", "Padding of the samples is supported.");
  const shape = tensor.shape.map((size, axis) => before[axis]! + size + after[axis]!);
  const source = call.view(tensor.source, tensor.shape.slice(drop));
  return call.give(call.add({ op: "pad", source, before: before.slice(drop), after: after.slice(drop), value }), shape);
}

/** A part of a value; begin, size and strides for every axis. */
export function slice(
  call: GraphCall,
  value: GraphValue,
  begin: number[],
  size: number[],
  strides: number[],
): GraphValue {
  const fits = value.shape.every((length, axis) => {
    const last = begin[axis]! + (size[axis]! - 1) * strides[axis]!;
    return begin[axis]! >= 0 && size[axis]! >= 1 && strides[axis]! >= 1 && last < length;
  });
  if (!fits)
    call.refuse(
      `takes [${begin.join(", ")}] + [${size.join(", ")}] of [${value.shape.join(", ")}]`,
      "A part within the tensor, forwards, is supported.",
    );
  if (value.kind === "constant") return sliceConstant(value, begin, size, strides);
  if (size.join() === value.shape.join()) return value;
  const drop = value.shape.length > 1 && value.shape[0] === 1 ? 1 : 0;
  const source = call.view(value.source, value.shape.slice(drop));
  const inner = { begin: begin.slice(drop), size: size.slice(drop), strides: strides.slice(drop) };
  return call.give(call.add({ op: "slice", source, ...inner }), size);
}
