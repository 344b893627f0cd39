import * as tf from "@tensorflow/tfjs-core";
import type { Sequential } from "@tensorflow/tfjs-layers";
import type { InputEncoding } from "@verimesh/core";
import { shuffled } from "./shuffled.ts";
import type { Sample } from "./types.ts";

const HELD_OUT_SHARE = 0.3;

/** Rows of a table for training and for measuring, in an order that the seed fixes: three tenths of each class are held out. */
export function splitByClass(rows: readonly Sample[], seed: number): { training: Sample[]; heldOut: Sample[] } {
  const training: Sample[] = [];
  const heldOut: Sample[] = [];
  for (const label of [0, 1]) {
    const ofClass = shuffled(
      rows.filter((row) => row.label === label),
      seed + label,
    );
    const cut = Math.round(ofClass.length * HELD_OUT_SHARE);
    heldOut.push(...ofClass.slice(0, cut));
    training.push(...ofClass.slice(cut));
  }
  return { training: shuffled(training, seed), heldOut: shuffled(heldOut, seed) };
}

/** Maps each column's range in the training rows to the bytes. */
export function encodingOf(training: readonly Sample[], names: readonly string[]): InputEncoding {
  const scale: number[] = [];
  const offset: number[] = [];
  names.forEach((_, column) => {
    const values = training.map(({ features }) => features[column]!);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    offset.push(low);
    // A column that is constant in training tells nothing; any scale does.
    scale.push((high > low ? high - low : 1) / 255);
  });
  return { shape: [names.length], scale, offset, names };
}

/** Features brought to 0 … 1, on which training goes well. */
export function normalized({ features, label }: Sample, { scale, offset }: InputEncoding): Sample {
  return { features: features.map((value, i) => (value - offset[i]!) / (255 * scale[i]!)), label };
}

/** Folds the normalization into the first layer, so that the model takes the features in the file's own units. */
export function takeRawFeatures(model: Sequential, { scale, offset }: InputEncoding): void {
  tf.tidy(() => {
    const first = model.layers[0]!;
    const [kernel, bias] = first.getWeights() as [tf.Tensor2D, tf.Tensor1D];
    const factors = tf.tensor2d(
      scale.map((unit) => 1 / (255 * unit)),
      [scale.length, 1],
    );
    const shifts = tf.tensor2d([...offset], [1, offset.length]);
    const rawKernel = tf.mul(kernel, factors);
    first.setWeights([rawKernel, tf.sub(bias, tf.reshape(tf.matMul(shifts, rawKernel as tf.Tensor2D), [-1]))]);
  });
}
