import * as tf from "@tensorflow/tfjs-core";
import type { Conv2dNode, Padding2d, Shape, SumPool2dNode } from "@verimesh/core";
import type { Operation, Upload } from "./upload.ts";
import { isPlain, overTaps, type Windows } from "./windows.ts";

/** Weights of a convolution over one group, or of a depthwise one. */
interface Filter {
  /** Row-major `[kernelHeight, kernelWidth, channels, filters]`, or of a depthwise one the filters per channel. */
  readonly weights: ArrayLike<number>;
  readonly channels: number;
  readonly filters: number;
}

export function conv2d(node: Conv2dNode, sourceShape: Shape, shape: Shape, upload: Upload): Operation {
  const channels = sourceShape[2]!;
  const windows = windowsOf(node.kernel, node.strides, node.dilations, shape);
  const isDepthwise = node.groups === channels && channels > 1;
  const sums = isDepthwise
    ? depthwise({ weights: node.weights, channels, filters: node.filters / channels }, windows, upload)
    : grouped(node, channels, windows, upload);
  const padding = paddingOf(node.padding);
  const biases = upload(node.bias, [node.filters]);
  // Padded apart, so that every backend runs the same plain "valid" convolution.
  return (x) => tf.add(sums(padding ? tf.pad(x, padding) : x), biases);
}

/** A sum by convolution: TensorFlow's own average divides, which float32 does not do exactly. */
export function sumPool2d({ window, strides, multiplier }: SumPool2dNode, shape: Shape, upload: Upload): Operation {
  const channels = shape[2]!;
  const weights = new Float32Array(window[0] * window[1] * channels).fill(multiplier);
  return depthwise({ weights, channels, filters: 1 }, windowsOf(window, strides, [1, 1], shape), upload);
}

function grouped({ groups, filters, weights }: Conv2dNode, channels: number, windows: Windows, upload: Upload) {
  const size = { channels: channels / groups, filters: filters / groups };
  const parts = Array.from({ length: groups }, (_, group) =>
    plain({ ...size, weights: columnsOf(weights, filters, group * size.filters, size.filters) }, windows, upload),
  );
  if (groups === 1) return parts[0]!;
  return (x: tf.Tensor) => {
    const [height, width] = x.shape as [number, number];
    const sums = parts.map((part, group) =>
      part(tf.slice(x, [0, 0, group * size.channels], [height, width, size.channels])),
    );
    return tf.concat(sums, 2);
  };
}

function plain({ weights, channels, filters }: Filter, windows: Windows, upload: Upload) {
  const { size, strides, dilations, positions } = windows;
  // TensorFlow.js convolves with strides or with dilations, never with both.
  if (isPlain(strides) || isPlain(dilations)) {
    const filter = upload(weights, [...size, channels, filters]) as tf.Tensor4D;
    return (x: tf.Tensor) =>
      tf.squeeze(tf.conv2d(batched(x), filter, [...strides], "valid", "NHWC", [...dilations]), [0]);
  }
  const kernels = perTap(weights, windows, [channels, filters], upload);
  return (x: tf.Tensor) => {
    const products = (elements: tf.Tensor, tap: number) =>
      tf.matMul(tf.reshape(elements, [-1, channels]), kernels[tap]!);
    return tf.reshape(overTaps(x, windows, products, tf.add), [...positions, filters]);
  };
}

function depthwise({ weights, channels, filters }: Filter, windows: Windows, upload: Upload) {
  const { size, strides, dilations, positions } = windows;
  // TensorFlow's native kernel takes equal strides and no dilation.
  if (strides[0] === strides[1] && isPlain(dilations)) {
    const filter = upload(weights, [...size, channels, filters]) as tf.Tensor4D;
    return (x: tf.Tensor) => tf.squeeze(tf.depthwiseConv2d(batched(x), filter, strides[0], "valid"), [0]);
  }
  const factors = perTap(weights, windows, [1, channels, filters], upload);
  return (x: tf.Tensor) => {
    const products = (elements: tf.Tensor, tap: number) =>
      tf.mul(tf.reshape(elements, [-1, channels, 1]), factors[tap]!);
    return tf.reshape(overTaps(x, windows, products, tf.add), [...positions, channels * filters]);
  };
}

function windowsOf(size: Pair, strides: Pair, dilations: Pair, shape: Shape): Windows {
  return { size, strides, dilations, positions: [shape[0]!, shape[1]!] };
}

type Pair = readonly [number, number];

function batched(x: tf.Tensor): tf.Tensor4D {
  return tf.expandDims(x, 0);
}

function perTap(weights: ArrayLike<number>, { size }: Windows, shape: Shape, upload: Upload): tf.Tensor[] {
  const each = weights.length / (size[0] * size[1]);
  return Array.from({ length: size[0] * size[1] }, (_, tap) =>
    upload(Array.prototype.slice.call(weights, tap * each, (tap + 1) * each), shape),
  );
}

/** Columns `first` to `first + count - 1` of a row-major matrix of that width. */
function columnsOf(matrix: Int8Array, width: number, first: number, count: number): Int8Array {
  if (count === width) return matrix;
  const rows = matrix.length / width;
  return Int8Array.from({ length: rows * count }, (_, at) => {
    return matrix[Math.floor(at / count) * width + first + (at % count)]!;
  });
}

function paddingOf({ top, bottom, left, right }: Padding2d): [number, number][] | null {
  if (top + bottom + left + right === 0) return null;
  return [
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}
