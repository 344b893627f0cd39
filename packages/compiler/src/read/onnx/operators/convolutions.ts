import { strided } from "../constants/strided.ts";
import type { OnnxCall, OperatorReader } from "../OnnxCall.ts";
import type { OnnxConstant } from "../values.ts";
import { fromImage, imageOf, windowsOf } from "./windows.ts";

export const CONVOLUTIONS: Readonly<Record<string, OperatorReader>> = {
  Conv: (call) => {
    const x = call.tensor(0);
    const weights = call.constant(1, "weights");
    const [filters, depth, ...kernelShape] = weights.shape;
    if (
      filters === undefined ||
      depth === undefined ||
      weights.shape.length !== x.shape.length ||
      weights.data.length === 0
    )
      return call.invalid(
        `has weights of shape [${weights.shape.join(", ")}]`,
        "Filters, channels and a kernel are expected.",
      );
    const windows = windowsOf(call, x, kernelShape);
    if (windows.kernel.slice(-kernelShape.length).join() !== kernelShape.join())
      call.invalid("has weights of another size than its kernel_shape");
    const groups = call.attributes.int("group", 1);
    if (groups < 1 || depth * groups !== x.shape[1])
      call.invalid(`has ${groups} groups of ${depth} channels`, `${x.shape[1]} channels come in.`);
    const { size, ...geometry } = windows;
    const source = call.writer.add({
      op: "conv2d",
      name: call.name,
      source: imageOf(call, x, { size }),
      filters,
      groups,
      ...geometry,
      weights: filtersLast(weights),
      bias: biasOf(call, filters),
    });
    return fromImage(call, source, x);
  },
};

/** `[filters, channels, ...kernel]` as `[...kernel, channels, filters]`. */
function filtersLast({ data, shape }: OnnxConstant): Float32Array {
  const [filters, channels, ...kernel] = shape as [number, number, ...number[]];
  const area = kernel.reduce((product, size) => product * size, 1);
  return new Float32Array(strided(data, [area, channels, filters], 0, [1, area, channels * area]));
}

function biasOf(call: OnnxCall, filters: number): Float32Array {
  if (call.inputs[2] === undefined) return new Float32Array(filters);
  const { data } = call.constant(2, "bias");
  return data.length === filters
    ? new Float32Array(data)
    : call.invalid(`has ${data.length} biases`, `${filters} are expected.`);
}
