/** Handwritten digits: a small convolutional network with strides, trained in seconds, proved in seconds. */
import * as tf from "@tensorflow/tfjs-core";
import { initializers, layers, sequential, type Sequential } from "@tensorflow/tfjs-layers";
import type { Random } from "@verimesh/core";
import { fit, loadTrainingBackend, type TrainedModel, type TrainOptions } from "@verimesh/example-training";
import { loadDigits } from "./data.ts";

export const name = "digits";
export const description = "Reads a handwritten digit of 28 × 28 grey pixels (MNIST).";
export const labels = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

const SEED = 7;

/**
 * Trains on 8,000 digits, holding out 2,000. The same weights on every machine.
 *
 * @throws the signal's reason if aborted
 */
export async function train(options: TrainOptions = {}): Promise<TrainedModel> {
  await loadTrainingBackend();
  const { training, heldOut } = await loadDigits();
  const layersModel = architecture();
  await fit(layersModel, training, {
    ...options,
    epochs: 12,
    batchSize: 32,
    learningRate: 0.006,
    seed: SEED,
    augment: shifted,
    loss: (logits, batch) =>
      tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d([...batch], "int32"), labels.length), logits),
  });
  return {
    layersModel,
    training,
    heldOut,
    inputEncoding: { shape: [28, 28, 1], scale: [1 / 255], offset: [0] },
  };
}

/** The digits moved by up to one pixel each way: 8,000 are few, and a digit is the same one pixel further. */
function shifted(batch: tf.Tensor, random: Random): tf.Tensor {
  const [down, right] = [random.integer(0, 2), random.integer(0, 2)];
  const padded = tf.pad(batch, [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
  return tf.slice(padded, [0, down, right, 0], batch.shape);
}

function architecture(): Sequential {
  const kernel = (seed: number) => initializers.heNormal({ seed });
  return sequential({
    layers: [
      layers.conv2d({
        name: "strokes",
        inputShape: [28, 28, 1],
        filters: 4,
        kernelSize: 7,
        strides: 2,
        activation: "relu",
        kernelInitializer: kernel(SEED),
      }),
      layers.conv2d({
        name: "shapes",
        filters: 16,
        kernelSize: 7,
        strides: 2,
        activation: "relu",
        kernelInitializer: kernel(SEED + 1),
      }),
      layers.flatten({ name: "flatten" }),
      layers.dense({ name: "digits", units: labels.length, kernelInitializer: kernel(SEED + 2) }),
    ],
  });
}
