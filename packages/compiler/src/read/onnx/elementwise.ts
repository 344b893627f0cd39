import { sameShape, type Shape } from "@verimesh/core";
import type { FloatBinary, FloatSource, UnaryFunction } from "../../float/types.ts";
import type { OnnxCall } from "./OnnxCall.ts";
import { broadcastShape, isSameTensor, type OnnxTensor } from "./values.ts";

/** A function of each element. */
export function applyFunction(call: OnnxCall, x: OnnxTensor, f: UnaryFunction): OnnxTensor {
  call.mustBeReal(x);
  return { ...x, source: call.writer.add({ op: "unary", name: call.name, source: x.source, function: f }) };
}

/** `x · scale + offset`, the same for every element. */
export function applyScalars(call: OnnxCall, x: OnnxTensor, scale: number, offset: number): OnnxTensor {
  call.mustBeReal(x);
  if (scale === 1 && offset === 0) return x;
  const numbers = { scale: Float32Array.of(scale), offset: Float32Array.of(offset) };
  return { ...x, source: call.writer.add({ op: "affine", name: call.name, source: x.source, ...numbers }) };
}

/** Two tensors, stretched to each other's shape as Numpy does. */
export function applyBinary(call: OnnxCall, op: FloatBinary["op"], a: OnnxTensor, b: OnnxTensor): OnnxTensor {
  call.mustBeReal(a, b);
  if (op === "multiply" && isSameTensor(a, b) && sameShape(a.shape, b.shape))
    return applyFunction(call, a, { kind: "square" });
  const { sources, shape, isChannelsLast } = align(call, a, b);
  const source = call.writer.add({ op, name: call.name, sources });
  return call.result(source, shape, [a, b], isChannelsLast);
}

interface Aligned {
  readonly sources: readonly [FloatSource, FloatSource];
  readonly shape: Shape;
  readonly isChannelsLast: boolean;
}

function align(call: OnnxCall, a: OnnxTensor, b: OnnxTensor): Aligned {
  const shape =
    broadcastShape(a.shape, b.shape) ??
    call.invalid(`takes [${a.shape.join(", ")}] and [${b.shape.join(", ")}]`, "Shapes that stretch are expected.");
  call.mustFit(shape);
  const { name, writer } = call;
  const rank = shape.length;
  const isChannelsLast = canBeChannelsLast(shape, a, b) && (a.isChannelsLast || b.isChannelsLast);
  const stretched = ([a, b] as const).map((tensor) => {
    const ordered = isChannelsLast ? writer.channelsLast(name, tensor) : writer.plain(name, tensor);
    const axes = new Array<number>(rank - tensor.shape.length).fill(1).concat(tensor.shape);
    return { ordered, axes: isChannelsLast ? lastChannels(axes) : axes };
  });
  const goal = isChannelsLast ? lastChannels(shape) : shape;
  const merged = mergeAxes(goal, stretched[0]!.axes, stretched[1]!.axes);
  const [first, second] = stretched.map(({ ordered }, index) => {
    const view = writer.view(name, ordered, merged.operands[index]!);
    return writer.broadcast(name, view, merged.goal);
  });
  return { sources: [first!, second!], shape, isChannelsLast };
}

/** Without the axes of 1; where more than four are left, those as one that both operands have, or lack, alike. */
function mergeAxes(goal: Shape, a: Shape, b: Shape): { goal: Shape; operands: readonly [Shape, Shape] } {
  const kept = goal.map((_, axis) => axis).filter((axis) => goal[axis] !== 1);
  const merged: [number[], number[], number[]] = [[], [], []];
  const isAlike = (axis: number, other: number) =>
    [a, b].every((shape) => (shape[axis] === 1) === (shape[other] === 1));
  kept.forEach((axis, index) => {
    const before = kept[index - 1];
    if (kept.length > 4 && before !== undefined && isAlike(axis, before)) {
      [goal, a, b].forEach((shape, which) => (merged[which]![merged[which]!.length - 1]! *= shape[axis]!));
    } else [goal, a, b].forEach((shape, which) => merged[which]!.push(shape[axis]!));
  });
  if (kept.length === 0) return { goal: [1], operands: [[1], [1]] };
  return { goal: merged[0], operands: [merged[1], merged[2]] };
}

/** Whether a shape, and what is to be stretched to it, are images of one sample. */
export function canBeChannelsLast(shape: Shape, ...tensors: readonly { readonly shape: Shape }[]): boolean {
  return shape.length >= 3 && shape[0] === 1 && tensors.every((tensor) => tensor.shape.length === shape.length);
}

/** `[1, channels, ...spatial]` as `[...spatial, channels]`. */
export function lastChannels(shape: Shape): Shape {
  return [...shape.slice(2), shape[1]!];
}
