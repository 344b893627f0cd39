import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { readLayersModel } from "@verimesh/compiler";
import type { Random } from "@verimesh/core";
import { fit, loadTrainingBackend, type TrainedModel, type TrainOptions } from "@verimesh/example-training";
import { loadDigits } from "./data.ts";

export const labels = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;
export const SEED = 7;

export interface DigitsTraining {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Digits are moved by up to so many pixels each way: 8,000 are few, and a digit is the same one pixel further. */
  readonly shift: number;
  /** L1 penalty of the kernels: small weights make narrow sums, and narrow sums small circuits. */
  readonly weightPenalty?: number;
}

/**
 * Trains a classifier of 28 × 28 pixels on 8,000 digits, holding out 2,000. The same weights on every machine.
 *
 * @param architecture makes the model, once a backend is there; its outputs are ten logits
 * @throws the signal's reason if aborted
 */
export async function trainDigits(
  architecture: () => LayersModel,
  { shift, weightPenalty = 0, ...training }: DigitsTraining,
  options: TrainOptions,
): Promise<TrainedModel> {
  await loadTrainingBackend();
  const data = await loadDigits();
  const model = architecture();
  const kernels = model.trainableWeights.map((weight) => weight.read()).filter((weight) => weight.rank > 1);
  await fit(model, data.training, {
    ...options,
    ...training,
    seed: SEED,
    augment: (batch, random) => shifted(batch, random, shift),
    loss: (logits, batch) => {
      const targets = tf.oneHot(tf.tensor1d([...batch], "int32"), labels.length);
      const loss: tf.Scalar = tf.losses.softmaxCrossEntropy(targets, logits);
      if (weightPenalty === 0) return loss;
      return tf.addN([loss, ...kernels.map((kernel) => tf.mul(weightPenalty, tf.sum(tf.abs(kernel))))]) as tf.Scalar;
    },
  });
  return {
    floatModel: readLayersModel(model),
    ...data,
    inputEncoding: { shape: [28, 28, 1], scale: [1 / 255], offset: [0] },
  };
}

function shifted(batch: tf.Tensor, random: Random, pixels: number): tf.Tensor {
  const [down, right] = [random.integer(0, 2 * pixels), random.integer(0, 2 * pixels)];
  const padded = tf.pad(batch, [
    [0, 0],
    [pixels, pixels],
    [pixels, pixels],
    [0, 0],
  ]);
  return tf.slice(padded, [0, down, right, 0], batch.shape);
}
