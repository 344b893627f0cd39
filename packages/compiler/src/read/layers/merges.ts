import type { FloatBinary, FloatSource } from "../../float/types.ts";
import type { LayerCall, LayerReader } from "./LayerCall.ts";

/** Layers that join branches. */
export const MERGE_LAYERS: Readonly<Record<string, LayerReader>> = {
  Add: (call) => fold(call, "add"),
  Subtract: (call) => fold(call, "subtract"),
  Multiply: (call) => fold(call, "multiply"),
  Maximum: (call) => fold(call, "maximum"),
  Minimum: (call) => fold(call, "minimum"),
  Average: (call) => {
    const scale = Float32Array.of(1 / call.sources.length);
    const source = fold(call, "add");
    return call.builder.add({ op: "affine", name: call.name, source, scale, offset: Float32Array.of(0) });
  },
  Concatenate: (call) => {
    const rank = call.builder.shapeOf(call.sources[0]!).length;
    const axis = call.number("axis");
    const ownAxis = axis < 0 ? rank + axis : axis - 1;
    if (ownAxis < 0) call.refuse("joins batches", "An axis of the samples is expected.");
    return call.builder.add({ op: "concat", name: call.name, sources: call.sources, axis: ownAxis });
  },
  Dot: (call) => {
    const shapes = call.sources.map((source) => call.builder.shapeOf(source));
    if (call.option("normalize") === true) call.refuse("normalises its inputs", "Dot without normalize is supported.");
    if (shapes.length !== 2 || shapes.some(({ length }) => length !== 2))
      call.refuse("does not take two matrices", "Two inputs [rows, columns] are expected.");
    const axes = axesOf(call).map((axis) => (axis < 0 ? axis + 2 : axis - 1));
    // The contracted axis goes last in the first matrix and first in the second.
    const first = axes[0] === 1 ? call.sources[0]! : transpose(call, call.sources[0]!);
    const second = axes[1] === 0 ? call.sources[1]! : transpose(call, call.sources[1]!);
    return call.builder.add({ op: "matMul", name: call.name, sources: [first, second] });
  },
};

function transpose(call: LayerCall, source: FloatSource): FloatSource {
  return call.builder.add({ op: "transpose", name: `${call.name}/transpose`, source, permutation: [1, 0] });
}

/** Joins the inputs from left to right, each stretched to the layer's shape as numpy would. */
function fold(call: LayerCall, op: FloatBinary["op"]): FloatSource {
  const stretched = call.sources.map((source) =>
    call.builder.broadcast(`${call.name}/stretch`, source, call.outputShape),
  );
  return stretched.reduce((left, right) => call.builder.add({ op, name: call.name, sources: [left, right] }));
}

function axesOf(call: LayerCall): number[] {
  const axes: unknown[] = [call.option("axes")].flat();
  const pair = axes.length === 1 ? [axes[0], axes[0]] : axes;
  const fits = pair.length === 2 && pair.every((axis) => [-2, -1, 1, 2].includes(axis as number));
  return fits ? (pair as number[]) : call.refuse(`has axes ${JSON.stringify(axes)}`, "Axes 1 or 2 are expected.");
}
