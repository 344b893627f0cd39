import * as tf from "@tensorflow/tfjs-core";
import {
  halfOf,
  type AtLeastNode,
  type LookupNode,
  type MaxPool2dNode,
  type OneHotNode,
  type RequantizeNode,
  type Shape,
} from "@verimesh/core";
import { spread } from "./affine.ts";
import type { Operation, Upload } from "./upload.ts";
import { overTaps } from "./windows.ts";

/** Exact: `x + half` stays below 2^24, and a product with 2^-s only moves the exponent. */
export function requantize({ shifts, lo, hi }: RequantizeNode, upload: Upload): Operation {
  if (shifts.every((shift) => shift === 0)) return (x) => tf.clipByValue(x, lo, hi);
  const halves = upload(shifts.map(halfOf), [shifts.length]);
  const scales = upload(
    shifts.map((shift) => 2 ** -shift),
    [shifts.length],
  );
  return (x) => tf.clipByValue(tf.floor(tf.mul(tf.add(x, halves), scales)), lo, hi);
}

export function lookup({ lo, table }: LookupNode, upload: Upload): Operation {
  const entries = upload(table, [table.length]);
  return (x) => tf.gather(entries, indexFrom(x, lo));
}

export function maxPool2d({ window, strides }: MaxPool2dNode, shape: Shape): Operation {
  // XNNPACK, under WebAssembly, pools neither windows of one element nor with strides that leave elements out.
  const isPooled = window[0] * window[1] > 1 && strides[0] <= window[0] && strides[1] <= window[1];
  if (isPooled) {
    return (x) => tf.squeeze(tf.maxPool(tf.expandDims<tf.Tensor4D>(x, 0), [...window], [...strides], "valid"), [0]);
  }
  const positions = [shape[0]!, shape[1]!] as const;
  const windows = { size: window, strides, dilations: [1, 1], positions } as const;
  return (x) => overTaps(x, windows, (elements) => elements, tf.maximum);
}

export function multiply(): Operation {
  return (a, b) => tf.mul(a, b);
}

export function matMul(): Operation {
  return (a, b) => tf.matMul(a, b);
}

export function atLeast({ thresholds }: AtLeastNode, shape: Shape, upload: Upload): Operation {
  const bounds = upload(thresholds, spread(thresholds, shape));
  return (x) => tf.cast(tf.greaterEqual(x, bounds), "float32");
}

export function oneHot({ lo, size }: OneHotNode): Operation {
  // WebAssembly's kernel writes the bits of integers whatever type it is asked for.
  return (x) => tf.cast(tf.oneHot(indexFrom(x, lo), size), "float32");
}

function indexFrom(x: tf.Tensor, lo: number): tf.Tensor1D {
  // Of any rank; TensorFlow.js' types know of one only.
  return tf.cast(lo === 0 ? x : tf.sub(x, lo), "int32") as tf.Tensor1D;
}
