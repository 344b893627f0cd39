import { elementCount } from "@verimesh/core";
import { applyAffine } from "./elementwise.ts";
import type { GraphCall, OpReader } from "./GraphCall.ts";
import { batchNormalize, giveImage, imageSource, paddingOf, spatial } from "./linear.ts";
import { constant, type GraphTensor, type GraphValue } from "./values.ts";

const NO_PADDING = { top: 0, bottom: 0, left: 0, right: 0 };

/** Windows, reductions over axes, softmax and normalisations. */
export const REDUCING_OPS: Readonly<Record<string, OpReader>> = {
  MaxPool: (call) => {
    const [image, window, strides] = [call.tensor(0), spatial(call, "ksize"), spatial(call, "strides")];
    const padding = paddingOf(call, image.shape, window, strides);
    const source = call.add({ op: "maxPool2d", source: imageSource(call, image), window, strides, padding });
    return giveImage(call, source, image.shape, window, strides, [1, 1], padding, image.shape[3]!);
  },
  AvgPool: (call) => {
    const [image, window, strides] = [call.tensor(0), spatial(call, "ksize"), spatial(call, "strides")];
    const padding = paddingOf(call, image.shape, window, strides);
    if (Object.values(padding).some((size) => size > 0))
      call.refuse(
        "averages over windows that reach beyond the image",
        "There it divides by fewer elements: VALID is supported.",
      );
    const source = call.add({ op: "averagePool2d", source: imageSource(call, image), window, strides });
    return giveImage(call, source, image.shape, window, strides, [1, 1], padding, image.shape[3]!);
  },
  Mean: (call) => reduce(call, "mean"),
  Sum: (call) => reduce(call, "sum"),
  Max: (call) => reduce(call, "max"),
  Prod: (call) => reduce(call, "product"),
  Softmax: (call) => call.keep(call.tensor(0), (source) => ({ op: "softmax", source })),
  FusedBatchNorm: normalizeBatch,
  FusedBatchNormV2: normalizeBatch,
  FusedBatchNormV3: normalizeBatch,
};

function normalizeBatch(call: GraphCall): GraphValue {
  if (call.node.bool("is_training", false))
    call.refuse("normalises by the batch at hand", "Export the model for inference, with is_training false.");
  if (call.node.text("data_format", "NHWC") !== "NHWC") call.refuse("has its channels first", "NHWC is supported.");
  return batchNormalize(call, call.input(0), 1, call.node.float("epsilon", 1e-4));
}

type Reduction = "mean" | "sum" | "max" | "product";

/** Reduces the axes that input 1 names, neighbours together: values are an image [before, reduced, after]. */
function reduce(call: GraphCall, kind: Reduction): GraphValue {
  const value = call.input(0);
  const rank = value.shape.length;
  const axes = [...new Set(call.integers(1).map((axis) => call.axis(axis, rank)))].sort((a, b) => a - b);
  if (value.kind === "constant") return reduceConstant(call, kind, axes);
  if (kind === "product") return call.refuse("multiplies a tensor's elements", "Constants are supported.");
  let result: GraphTensor = value;
  // From the last group to the first, so that the axes before stay where they are.
  for (let end = axes.length - 1; end >= 0;) {
    let start = end;
    while (start > 0 && axes[start - 1] === axes[start]! - 1) start--;
    result = reduceNeighbours(call, kind, result, axes[start]!, axes[end]!);
    end = start - 1;
  }
  const keeps = call.node.bool("keep_dims", false);
  return call.give(result.source, keeps ? result.shape : result.shape.filter((_, axis) => !axes.includes(axis)));
}

function reduceNeighbours(
  call: GraphCall,
  kind: Reduction,
  { shape, source }: GraphTensor,
  first: number,
  last: number,
): GraphTensor {
  const [before, count, after] = [shape.slice(0, first), shape.slice(first, last + 1), shape.slice(last + 1)].map(
    elementCount,
  ) as [number, number, number];
  const result = shape.map((size, axis) => (axis >= first && axis <= last ? 1 : size));
  if (count === 1) return call.give(source, result);
  const image = call.view(source, [before, count, after]);
  const window: [number, number] = [1, count];
  if (kind === "max")
    return call.give(
      call.add({ op: "maxPool2d", source: image, window, strides: window, padding: NO_PADDING }),
      result,
    );
  const mean = call.give(call.add({ op: "averagePool2d", source: image, window, strides: window }), result);
  return kind === "mean" ? mean : applyAffine(call, mean, constant([], [count]), constant([], [0]));
}

/** Shapes are reduced: a vector to one number. */
function reduceConstant(call: GraphCall, kind: Reduction, axes: readonly number[]): GraphValue {
  const { shape, values } = call.constant(0);
  if (axes.length === 0) return call.constant(0);
  if (shape.length !== 1) call.refuse("reduces a constant tensor", "A constant vector is supported.");
  const list = Array.from(values);
  const sum = list.reduce((a, b) => a + b, 0);
  const results = { sum, mean: sum / list.length, max: Math.max(...list), product: list.reduce((a, b) => a * b, 1) };
  return constant(call.node.bool("keep_dims", false) ? [1] : [], [results[kind]]);
}
