import type { OnnxCall, OperatorReader } from "../OnnxCall.ts";
import { scalarOf } from "../values.ts";
import { pad, slice } from "./alongAxis.ts";
import { readSlices } from "./sliceRanges.ts";

/** What cuts tensors and widens them. */
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
