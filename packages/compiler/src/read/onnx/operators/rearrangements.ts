import { elementCount, sameShape, type Shape } from "@verimesh/core";
import { stretch } from "../affine.ts";
import type { OnnxCall, OperatorReader } from "../OnnxCall.ts";
import { broadcastShape, type OnnxTensor } from "../values.ts";
import { kindOfCast } from "./castKind.ts";

/** What moves elements or only names them anew. */
export const REARRANGEMENTS: Readonly<Record<string, OperatorReader>> = {
  Reshape: (call) => {
    const sizes = call.integers(1, "shape") ?? call.invalid("has no shape");
    return inShape(call, call.tensor(0), reshaped(call, call.tensor(0).shape, sizes));
  },
  Flatten: (call) => {
    const { shape } = call.tensor(0);
    const given = call.attributes.int("axis", 1);
    const axis = given === shape.length ? given : call.axis(given, shape.length);
    return inShape(call, call.tensor(0), [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis))]);
  },
  Squeeze: (call) => {
    const { shape } = call.tensor(0);
    return inShape(call, call.tensor(0), squeezed(call, shape));
  },
  Unsqueeze: (call) => inShape(call, call.tensor(0), unsqueezed(call, call.tensor(0).shape)),
  Transpose: (call) => {
    const x = call.tensor(0);
    const order = transposition(call, x.shape);
    const { name, writer } = call;
    const plain = writer.plain(name, x);
    const shape = order.map((axis) => x.shape[axis]!);
    const result = call.result(writer.permute(name, plain.source, x.shape, order), shape, [x]);
    return { ...result, kind: x.kind, hasBatch: x.hasBatch && order[0] === 0 };
  },
  Expand: (call) => {
    const x = call.tensor(0);
    const sizes = call.integers(1, "shape") ?? call.invalid("has no shape");
    const shape = broadcastShape(x.shape, sizes) ?? call.invalid(`stretches to [${sizes.join(", ")}]`);
    call.mustFit(shape);
    return { ...stretch(call, x, shape), kind: x.kind };
  },
  Identity: (call) => call.input(0),
  Dropout: (call) => {
    const isTraining = call.inputs[2] === undefined ? 0 : call.constant(2, "training mode").data[0];
    if (isTraining !== 0) call.refuse("is in training mode", "Export with model.eval().");
    return call.input(0);
  },
  Cast: (call) => {
    const x = call.tensor(0);
    const kind = kindOfCast(call);
    if (x.kind === kind) return x;
    if (kind !== "real") call.refuse("rounds real numbers", "Declare the model's input as int64, or use Floor.");
    return { ...x, kind };
  },
};

/** The same elements, in the file's order, in another shape. */
function inShape(call: OnnxCall, x: OnnxTensor, shape: Shape): OnnxTensor {
  if (sameShape(shape, x.shape)) return x;
  if (elementCount(shape) !== elementCount(x.shape))
    call.invalid(`turns [${x.shape.join(", ")}] into [${shape.join(", ")}]`, "Equal numbers of elements are expected.");
  call.mustFit(shape);
  return { ...call.result(call.writer.plain(call.name, x).source, shape, [x]), kind: x.kind };
}

/** The shape with 0 as the input's own size and -1 as what is left. */
export function reshaped(call: OnnxCall, shape: Shape, sizes: readonly number[]): Shape {
  const allowsZero = call.attributes.int("allowzero", 0) !== 0;
  const known = sizes.map((size, axis) =>
    size === 0 && !allowsZero ? (shape[axis] ?? call.invalid(`copies axis ${axis} of [${shape.join(", ")}]`)) : size,
  );
  const rest = elementCount(shape) / elementCount(known.filter((size) => size !== -1));
  const result = known.map((size) => (size === -1 ? rest : size));
  const fits =
    known.filter((size) => size === -1).length <= 1 && result.every((size) => Number.isInteger(size) && size >= 0);
  return fits ? result : call.invalid(`turns [${shape.join(", ")}] into [${sizes.join(", ")}]`);
}

export function squeezed(call: OnnxCall, shape: Shape): Shape {
  const given = call.integers(1, "axes");
  const axes =
    given === undefined
      ? shape.map((_, axis) => axis).filter((axis) => shape[axis] === 1)
      : call.axes(given, shape.length);
  if (axes.some((axis) => shape[axis] !== 1)) call.invalid(`drops an axis of [${shape.join(", ")}] that is not 1`);
  return shape.filter((_, axis) => !axes.includes(axis));
}

export function unsqueezed(call: OnnxCall, shape: Shape): Shape {
  const given = call.integers(1, "axes") ?? call.invalid("has no axes");
  const axes = call.axes(given, shape.length + given.length);
  const rest = [...shape];
  return Array.from({ length: shape.length + axes.length }, (_, axis) => (axes.includes(axis) ? 1 : rest.shift()!));
}

export function transposition(call: OnnxCall, shape: Shape): readonly number[] {
  const order = call.attributes.ints("perm", shape.length) ?? shape.map((_, axis) => shape.length - 1 - axis);
  if (call.axes(order, shape.length).length === shape.length) return order.map((axis) => call.axis(axis, shape.length));
  return call.invalid(`has perm [${order.join(", ")}]`);
}
