import { elementCount } from "@verimesh/core";
import { applyScalars } from "../elementwise.ts";
import type { OnnxCall, OperatorReader } from "../OnnxCall.ts";
import type { OnnxTensor } from "../values.ts";

/** Means, sums and maxima over axes: poolings over all of a window. */
export const REDUCTIONS: Readonly<Record<string, OperatorReader>> = {
  ReduceMean: (call) => reduce(call, "averagePool2d", axesOf(call), keepsAxes(call)),
  ReduceSum: (call) => {
    const axes = axesOf(call);
    const { shape } = call.tensor(0);
    const mean = reduce(call, "averagePool2d", axes, keepsAxes(call));
    const count = axes.reduce((product, axis) => product * shape[axis]!, 1);
    return applyScalars(call, mean, count, 0);
  },
  ReduceMax: (call) => reduce(call, "maxPool2d", axesOf(call), keepsAxes(call)),
  GlobalAveragePool: (call) => reduce(call, "averagePool2d", spatialAxes(call), true),
  GlobalMaxPool: (call) => reduce(call, "maxPool2d", spatialAxes(call), true),
};

function axesOf(call: OnnxCall): readonly number[] {
  const { shape } = call.tensor(0);
  const given = call.integers(1, "axes") ?? [];
  if (given.length > 0) return call.axes(given, shape.length);
  return call.attributes.int("noop_with_empty_axes", 0) === 0 ? shape.map((_, axis) => axis) : [];
}

function keepsAxes(call: OnnxCall): boolean {
  return call.attributes.int("keepdims", 1) !== 0;
}

function spatialAxes(call: OnnxCall): readonly number[] {
  const { shape } = call.tensor(0);
  if (shape.length < 3) call.invalid(`takes [${shape.join(", ")}]`, "[1, channels, ...] is expected.");
  return shape.map((_, axis) => axis).slice(2);
}

function reduce(
  call: OnnxCall,
  op: "averagePool2d" | "maxPool2d",
  axes: readonly number[],
  isKept: boolean,
): OnnxTensor {
  const x = call.tensor(0);
  call.mustBeReal(x);
  if (axes.length === 0) return x;
  call.mustKeepBatch(x, axes);
  const { shape } = x;
  const isReduced = (axis: number) => axes.includes(axis);
  const kept = shape.map((_, axis) => axis).filter((axis) => !isReduced(axis));
  const sizeOf = (list: readonly number[]) => elementCount(list.map((axis) => shape[axis]!));
  const [length, channels] = [sizeOf(axes), sizeOf(kept)];
  const { name, writer } = call;
  const isSpatial =
    shape.length >= 3 &&
    axes.join() ===
      shape
        .map((_, axis) => axis)
        .slice(2)
        .join();
  const ordered =
    isSpatial && shape[0] === 1
      ? writer.channelsLast(name, x).source
      : writer.permute(name, writer.plain(name, x).source, shape, [...axes, ...kept]);
  const source = writer.reshape(name, ordered, [length, 1, channels]);
  const window = { source, window: [length, 1], strides: [1, 1] } as const;
  const pooled =
    op === "averagePool2d"
      ? writer.add({ op, name, ...window })
      : writer.add({ op, name, ...window, padding: { top: 0, bottom: 0, left: 0, right: 0 } });
  const result = isKept ? shape.map((size, axis) => (isReduced(axis) ? 1 : size)) : kept.map((axis) => shape[axis]!);
  return call.result(pooled, result, [x]);
}
