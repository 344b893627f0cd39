import * as tf from "@tensorflow/tfjs-core";
import { VerimeshError } from "@verimesh/core";
import { runTrees } from "./runTrees.ts";
import type { FloatAffine, FloatConv2d, FloatEmbedding, FloatMatMul, FloatNode, FloatUnaryFunction } from "./types.ts";
import { unaryFunction } from "./unaryFunctions.ts";

/** One node on a batch of values, `[count, ...shape]` in and out. */
export function runFloatNode(node: FloatNode, sources: readonly tf.Tensor[]): tf.Tensor {
  const x = sources[0]!;
  const count = x.shape[0];
  switch (node.op) {
    case "dense": {
      const rows = tf.reshape<tf.Rank.R2>(x, [-1, node.inputs]);
      const product = tf.matMul(rows, tf.tensor2d(node.weights, [node.inputs, node.units]));
      return tf.reshape(tf.add(product, tf.tensor1d(node.bias)), [count, ...node.shape]);
    }
    case "conv2d":
      return convolve(node, x as tf.Tensor4D);
    case "averagePool2d":
      return tf.avgPool(x as tf.Tensor4D, [...node.window], [...node.strides], "valid");
    case "maxPool2d": {
      const padded = padImage(x, node.padding, -Infinity);
      return tf.maxPool(padded, [...node.window], [...node.strides], "valid");
    }
    case "affine":
      return tf.add(tf.mul(x, periodic(node.scale, node)), periodic(node.offset, node));
    case "unary":
      return applyFunction(node, x);
    case "add":
      return tf.add(x, sources[1]!);
    case "subtract":
      return tf.sub(x, sources[1]!);
    case "multiply":
      return tf.mul(x, sources[1]!);
    case "maximum":
      return tf.maximum(x, sources[1]!);
    case "minimum":
      return tf.minimum(x, sources[1]!);
    case "matMul":
      return multiplyMatrices(node, x, sources[1]!);
    case "softmax":
      return tf.softmax(x);
    case "layerNorm": {
      const { mean, variance } = tf.moments(x, -1, true);
      const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, node.epsilon)));
      return tf.add(tf.mul(normal, tf.tensor1d(node.gamma)), tf.tensor1d(node.beta));
    }
    case "embedding":
      return lookUp(node, x);
    case "reshape":
      return tf.reshape(x, [count, ...node.shape]);
    case "transpose":
      return tf.transpose(x, [0, ...node.permutation.map((axis) => axis + 1)]);
    case "slice":
      return tf.stridedSlice(
        x,
        [0, ...node.begin],
        [count, ...node.begin.map((begin, axis) => begin + (node.size[axis]! - 1) * node.strides[axis]! + 1)],
        [1, ...node.strides],
      );
    case "concat":
      return tf.concat([...sources], node.axis + 1);
    case "pad":
      return tf.pad(
        x,
        [[0, 0], ...node.before.map((before, axis): [number, number] => [before, node.after[axis]!])],
        node.value,
      );
    case "broadcast": {
      const missing = node.shape.length + 1 - x.rank;
      const aligned = tf.reshape(x, [count, ...new Array<number>(missing).fill(1), ...x.shape.slice(1)]);
      return tf.broadcastTo(aligned, [count, ...node.shape]);
    }
    case "trees":
      return tf.tensor(runTrees(node, x.dataSync() as Float32Array, count), [count, node.outputs]);
  }
}

function convolve(node: FloatConv2d, x: tf.Tensor4D): tf.Tensor {
  const { filters, groups, kernel, strides, dilations } = node;
  const channels = x.shape[3];
  const padded = padImage(x, node.padding, 0);
  // TensorFlow.js refuses strides together with dilations: what strides would skip is left out afterwards.
  const isDilated = dilations.some((rate) => rate > 1);
  const steps: [number, number] = isDilated ? [1, 1] : [...strides];
  const weights = tf.tensor4d(node.weights, [...kernel, channels / groups, filters]);
  let result: tf.Tensor4D;
  if (groups > 1 && groups === channels) {
    const depthwise = tf.reshape<tf.Rank.R4>(weights, [...kernel, channels, filters / channels]);
    result = tf.depthwiseConv2d(padded, depthwise, steps, "valid", "NHWC", [...dilations]);
  } else {
    const parts = tf.split<tf.Tensor4D>(padded, groups, 3);
    const kernels = tf.split<tf.Tensor4D>(weights, groups, 3);
    const results = parts.map((part, g) => tf.conv2d(part, kernels[g]!, steps, "valid", "NHWC", [...dilations]));
    result = tf.concat(results, 3);
  }
  if (isDilated) result = tf.stridedSlice(result, [0, 0, 0, 0], result.shape, [1, ...strides, 1]) as tf.Tensor4D;
  return tf.add(result, tf.tensor1d(node.bias));
}

function padImage(x: tf.Tensor, { top, bottom, left, right }: FloatConv2d["padding"], value: number): tf.Tensor4D {
  if (top + bottom + left + right === 0) return x as tf.Tensor4D;
  return tf.pad4d(
    x as tf.Tensor4D,
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    value,
  );
}

/** One number for all, one per channel or one per element, to broadcast against `[count, ...shape]`. */
function periodic(values: Float32Array, { shape }: FloatAffine): tf.Tensor {
  if (values.length === 1) return tf.scalar(values[0]!);
  return values.length === shape.at(-1) ? tf.tensor1d(values) : tf.tensor(values, [...shape]);
}

function applyFunction({ function: f }: FloatUnaryFunction, x: tf.Tensor): tf.Tensor {
  const map = unaryFunction(f);
  return tf.tensor(Float32Array.from(x.dataSync(), map), x.shape);
}

function multiplyMatrices({ shape }: FloatMatMul, a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const stackOf = (x: tf.Tensor) => tf.reshape<tf.Rank.R3>(x, [-1, x.shape.at(-2)!, x.shape.at(-1)!]);
  return tf.reshape(tf.matMul(stackOf(a), stackOf(b)), [a.shape[0], ...shape]);
}

function lookUp({ name, rows, width, table, shape }: FloatEmbedding, x: tf.Tensor): tf.Tensor {
  const indices = x.dataSync();
  const result = new Float32Array(indices.length * width);
  indices.forEach((row, position) => {
    if (!Number.isInteger(row) || row < 0 || row >= rows) {
      throw new VerimeshError(`"${name}" is asked for row ${row}.`, {
        code: "DATA_INVALID",
        details: `Expected whole numbers from 0 to ${rows - 1}.`,
      });
    }
    result.set(table.subarray(row * width, (row + 1) * width), position * width);
  });
  return tf.tensor(result, [x.shape[0], ...shape]);
}
