import type { Shape } from "@verimesh/core";
import type { OnnxCall } from "../OnnxCall.ts";

/** `size` elements along an axis, from `begin` on, `step` apart. */
export interface SliceRange {
  readonly axis: number;
  readonly begin: number;
  readonly size: number;
  readonly step: number;
}

/** Reads Slice's starts, ends, axes and steps; negative positions count from the end, too large ones are the end. */
export function readSlices(call: OnnxCall, shape: Shape): readonly SliceRange[] {
  const starts = positions(call, 1, "starts");
  const ends = positions(call, 2, "ends");
  const axes = call.integers(3, "axes")?.map((axis) => call.axis(axis, shape.length)) ?? starts.map((_, axis) => axis);
  const steps = call.integers(4, "steps") ?? starts.map(() => 1);
  const isRegular = [ends, axes, steps].every((list) => list.length === starts.length) && starts.length <= shape.length;
  if (!isRegular || new Set(axes).size !== axes.length)
    call.invalid("has starts, ends, axes and steps that do not fit");
  return axes.map((axis, k) => {
    const step = steps[k]!;
    if (step < 1) call.refuse(`steps by ${step}`, "Steps of 1 or more are supported.");
    const size = shape[axis]!;
    const within = (position: number) => Math.min(Math.max(position < 0 ? position + size : position, 0), size);
    const [begin, end] = [within(starts[k]!), within(ends[k]!)];
    return { axis, begin, size: Math.max(Math.ceil((end - begin) / step), 0), step };
  });
}

function positions(call: OnnxCall, index: number, name: string): readonly number[] {
  const { data, shape } = call.constant(index, name);
  const list = [...data.subarray(0, 64)];
  if (shape.length === 1 && data.length <= 64 && list.every((value) => Number.isInteger(value))) return list;
  return call.invalid(`has ${name} that are no list of integers`);
}
