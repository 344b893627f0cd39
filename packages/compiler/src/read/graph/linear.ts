import { samePadding, type Padding2d, type Shape } from "@verimesh/core";
import type { FloatSource } from "../../float/types.ts";
import { applyBinary, applyUnary } from "./elementwise.ts";
import type { GraphCall, OpReader } from "./GraphCall.ts";
import { bareShape, transposeConstant, type Constant, type GraphTensor, type GraphValue } from "./values.ts";

/** Matrix products and convolutions. */
export const LINEAR_OPS: Readonly<Record<string, OpReader>> = {
  MatMul: (call) => multiply(call, call.node.bool("transpose_a", false), call.node.bool("transpose_b", false)),
  BatchMatMul: (call) => multiply(call, call.node.bool("adj_x", false), call.node.bool("adj_y", false)),
  BatchMatMulV2: (call) => multiply(call, call.node.bool("adj_x", false), call.node.bool("adj_y", false)),
  _FusedMatMul: (call) =>
    fused(call, multiply(call, call.node.bool("transpose_a", false), call.node.bool("transpose_b", false))),
  Conv2D: (call) => convolve(call, false),
  _FusedConv2D: (call) => fused(call, convolve(call, false)),
  DepthwiseConv2dNative: (call) => convolve(call, true),
  DepthwiseConv2d: (call) => convolve(call, true),
  FusedDepthwiseConv2dNative: (call) => fused(call, convolve(call, true)),
};

function multiply(call: GraphCall, flipsFirst: boolean, flipsSecond: boolean): GraphValue {
  const second = call.input(1);
  if (second.kind === "tensor") return multiplyTensors(call, call.tensor(0), second, flipsFirst, flipsSecond);
  const first = transposeLast(call, call.tensor(0), flipsFirst);
  const matrix = constantMatrix(call, second, flipsSecond);
  const [inputs, units] = matrix.shape as [number, number];
  const weights = Float32Array.from(matrix.values);
  const bias = new Float32Array(units);
  // A vector of shape [k] and a matrix of one row [1, k] are the same here.
  const source = call.add({ op: "dense", source: first.source, inputs, units, weights, bias });
  return call.give(source, [...first.shape.slice(0, -1), units]);
}

function multiplyTensors(
  call: GraphCall,
  first: GraphTensor,
  second: GraphTensor,
  flipsFirst: boolean,
  flipsSecond: boolean,
): GraphValue {
  const [a, b] = [transposeLast(call, first, flipsFirst), transposeLast(call, second, flipsSecond)];
  if (a.shape.length !== b.shape.length || a.shape.length < 2)
    call.refuse("multiplies tensors of different rank", "Equal ranks are supported.");
  const leading = a.shape.slice(0, -2).map((size, axis) => Math.max(size, b.shape[axis]!));
  // Without the batch, but always with two axes for the matrices.
  const drop = leading[0] === 1 ? 1 : 0;
  const sourceOf = (x: GraphTensor): FloatSource => {
    const full = [...leading, ...x.shape.slice(-2)];
    const stretched = call.stretch(x, full);
    return call.view(stretched, full.slice(drop));
  };
  const shape = [...leading, a.shape.at(-2)!, b.shape.at(-1)!];
  const product = call.add({ op: "matMul", sources: [sourceOf(a), sourceOf(b)] });
  return call.give(product, shape);
}

/** Swaps the last two axes if asked to. */
function transposeLast(call: GraphCall, tensor: GraphTensor, isFlipped: boolean): GraphTensor {
  if (!isFlipped) return tensor;
  const drop = tensor.shape.length > 2 && tensor.shape[0] === 1 ? 1 : 0;
  const view = tensor.shape.slice(drop);
  const axes = view.map((_, axis) => axis);
  const permutation = [...axes.slice(0, -2), axes.length - 1, axes.length - 2];
  const source = call.add({ op: "transpose", source: call.view(tensor.source, view), permutation });
  return call.give(source, [...tensor.shape.slice(0, drop), ...permutation.map((axis) => view[axis]!)]);
}

function constantMatrix(call: GraphCall, value: Constant, isFlipped: boolean): Constant {
  const shape = value.shape.slice(-2);
  if (shape.length !== 2 || shape[0]! * shape[1]! !== value.values.length)
    call.refuse(`multiplies by a constant of shape [${value.shape.join(", ")}]`, "One matrix is supported.");
  const matrix: Constant = { ...value, shape };
  return isFlipped ? transposeConstant(matrix, [1, 0]) : matrix;
}

function convolve(call: GraphCall, isDepthwise: boolean): GraphTensor {
  const image = call.tensor(0);
  const filter = call.constant(1);
  const [height, width, inputs, last] = filter.shape;
  if (filter.shape.length !== 4)
    call.refuse(`has a kernel of shape [${filter.shape.join(", ")}]`, undefined, "MODEL_FILE_INVALID");
  const channels = image.shape.at(-1)!;
  const filters = isDepthwise ? inputs! * last! : last!;
  const groups = isDepthwise ? inputs! : Math.max(1, channels / inputs!);
  const kernel: [number, number] = [height!, width!];
  const strides = spatial(call, "strides");
  const dilations = spatial(call, "dilations");
  const reach = kernel.map((size, axis) => (size - 1) * dilations[axis]! + 1);
  const padding = paddingOf(call, image.shape, reach, strides);
  const weights = Float32Array.from(filter.values);
  const bias = new Float32Array(filters);
  return giveImage(
    call,
    call.add({
      op: "conv2d",
      source: imageSource(call, image),
      filters,
      kernel,
      strides,
      dilations,
      padding,
      groups,
      weights,
      bias,
    }),
    image.shape,
    kernel,
    strides,
    dilations,
    padding,
    filters,
  );
}

/** Applies the bias and the activation that TensorFlow joined to an operation. */
function fused(call: GraphCall, result: GraphValue): GraphValue {
  const steps = call.node.texts("fused_ops");
  let next = 2;
  return steps.reduce((value, step) => {
    if (step === "BiasAdd") return applyBinary(call, "add", value, call.constant(next++));
    if (step === "FusedBatchNorm") return batchNormalize(call, value, next, call.node.float("epsilon", 1e-3));
    if (step === "Relu") return applyUnary(call, value, { kind: "clip", lo: 0, hi: Infinity });
    if (step === "Relu6") return applyUnary(call, value, { kind: "clip", lo: 0, hi: 6 });
    if (step === "Elu") return applyUnary(call, value, { kind: "elu", alpha: 1 });
    if (step === "Sigmoid") return applyUnary(call, value, { kind: "sigmoid" });
    if (step === "Tanh") return applyUnary(call, value, { kind: "tanh" });
    if (step === "LeakyRelu")
      return applyUnary(call, value, { kind: "leakyRelu", alpha: call.node.float("leakyrelu_alpha", 0.2) });
    return call.refuse(
      `has ${step} joined to it`,
      "BiasAdd, Relu, Relu6, LeakyRelu, Elu, Sigmoid and Tanh are supported.",
    );
  }, result);
}

/** The affine map of a batch normalisation whose four constants start at an input. */
export function batchNormalize(call: GraphCall, value: GraphValue, first: number, epsilon: number): GraphValue {
  const [gamma, beta, mean, variance] = [0, 1, 2, 3].map((index) =>
    Array.from(call.constant(first + index).values),
  ) as [number[], number[], number[], number[]];
  const channels = value.shape.at(-1)!;
  if ([gamma, beta, mean, variance].some(({ length }) => length !== channels))
    call.refuse(`has statistics for other than ${channels} channels`, undefined, "MODEL_FILE_INVALID");
  const scale = variance.map((v, o) => gamma[o]! / Math.sqrt(v + epsilon));
  const offset = scale.map((s, o) => beta[o]! - mean[o]! * s);
  const scaled = applyBinary(call, "multiply", value, { kind: "constant", shape: [channels], values: scale });
  return applyBinary(call, "add", scaled, { kind: "constant", shape: [channels], values: offset });
}

/** The two middle numbers of an attribute `[1, height, width, 1]`. */
export function spatial(call: GraphCall, attribute: string): [number, number] {
  const list = call.node.ints(attribute) ?? [1, 1, 1, 1];
  if (call.node.text("data_format", "NHWC") !== "NHWC") call.refuse("has its channels first", "NHWC is supported.");
  const fits = list.length === 4 && list[0] === 1 && list[3] === 1 && list.every((size) => size >= 1);
  return fits
    ? [list[1]!, list[2]!]
    : call.refuse(`has ${attribute} ${list.join(", ")}`, "[1, height, width, 1] is supported.");
}

export function paddingOf(
  call: GraphCall,
  shape: Shape,
  reach: readonly number[],
  strides: readonly number[],
): Padding2d {
  const mode = call.node.text("padding", "VALID");
  if (mode === "VALID") return { top: 0, bottom: 0, left: 0, right: 0 };
  if (mode === "EXPLICIT") {
    const list = call.node.ints("explicit_paddings") ?? [];
    const fits =
      list.length === 8 && list.every((size, index) => size >= 0 && (size === 0 || (index >= 2 && index < 6)));
    if (!fits) call.refuse(`pads ${list.join(", ")}`, "Padding of height and width is supported.");
    return { top: list[2]!, bottom: list[3]!, left: list[4]!, right: list[5]! };
  }
  if (mode !== "SAME") call.refuse(`pads ${mode}`, "SAME, VALID and EXPLICIT are supported.");
  const [top, bottom] = samePadding(shape.at(-3) ?? 1, reach[0]!, strides[0]!);
  const [left, right] = samePadding(shape.at(-2) ?? 1, reach[1]!, strides[1]!);
  return { top, bottom, left, right };
}

/** The tensor as an image `[height, width, channels]`. */
export function imageSource(call: GraphCall, { shape, source }: GraphTensor): FloatSource {
  if (shape.length !== 4 || shape[0] !== 1)
    call.refuse(`takes [${shape.join(", ")}]`, "[batch, height, width, channels] is expected.");
  return call.view(source, shape.slice(1));
}

/** The result of windows over an image, of the file's shape. */
export function giveImage(
  call: GraphCall,
  source: FloatSource,
  shape: Shape,
  window: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
  { top, bottom, left, right }: Padding2d,
  channels: number,
): GraphTensor {
  const padded = [shape[1]! + top + bottom, shape[2]! + left + right];
  const counts = padded.map(
    (size, axis) => Math.floor((size - (window[axis]! - 1) * dilations[axis]! - 1) / strides[axis]!) + 1,
  );
  const result = [1, ...counts, channels];
  return { kind: "tensor", shape: result, source: call.view(source, bareShape(result)) };
}
