import * as tf from "@tensorflow/tfjs-core";
import { elementCount } from "@verimesh/core";
import type { FloatModel, FloatStep } from "./steps.ts";

const BATCH = 128;

/**
 * Runs the float model, on TensorFlow.js' active backend, and gives per sample what each linear step left: after its
 * ReLU, the last one's scores without softmax or sigmoid. Flat, row-major.
 *
 * @param samples real features
 */
export function runFloat(model: FloatModel, samples: readonly Float32Array[]): Float32Array[][] {
  const results: Float32Array[][] = [];
  for (let start = 0; start < samples.length; start += BATCH) {
    results.push(...runBatch(model, samples.slice(start, start + BATCH)));
  }
  return results;
}

function runBatch(model: FloatModel, samples: readonly Float32Array[]): Float32Array[][] {
  const outputs = tf.tidy(() => {
    let values: tf.Tensor = stack(samples, model.inputShape);
    const kept: Float32Array[] = [];
    for (const step of model.steps) {
      values = runStep(step, values);
      if (step.kind !== "flatten") kept.push(values.dataSync() as Float32Array);
    }
    return kept;
  });
  return samples.map((_, index) =>
    outputs.map((batch) => {
      const size = batch.length / samples.length;
      return batch.slice(index * size, (index + 1) * size);
    }),
  );
}

/** Samples as one batch `[count, ...shape]`. */
export function stack(samples: readonly Float32Array[], shape: readonly number[]): tf.Tensor {
  const size = elementCount(shape);
  const flat = new Float32Array(samples.length * size);
  samples.forEach((sample, index) => flat.set(sample, index * size));
  return tf.tensor(flat, [samples.length, ...shape]);
}

function runStep(step: FloatStep, values: tf.Tensor): tf.Tensor {
  if (step.kind === "flatten") return tf.reshape(values, [values.shape[0], elementCount(step.inputShape)]);
  let result: tf.Tensor;
  if (step.kind === "dense") {
    result = tf.add(tf.matMul(values, tf.tensor2d(step.weights, [step.inputs, step.units])), tf.tensor1d(step.bias));
  } else if (step.kind === "conv2d") {
    const { top, bottom, left, right } = step.padding;
    const padded = tf.pad(values, [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ]) as tf.Tensor4D;
    const filter = tf.tensor4d(step.weights, [...step.kernel, step.inputShape[2], step.outputShape[2]]);
    result = tf.add(tf.conv2d(padded, filter, [...step.strides], "valid"), tf.tensor1d(step.bias));
  } else {
    result = tf.avgPool(values as tf.Tensor4D, [...step.poolSize], [...step.strides], "valid");
  }
  return step.relu ? tf.relu(result) : result;
}
