import * as tf from "@tensorflow/tfjs-core";
import { train as optimizers } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { Random } from "@verimesh/core";
import { shuffled } from "./shuffled.ts";
import type { Sample, TrainOptions } from "./types.ts";

export interface FitOptions extends TrainOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  /** Of the logits and the labels of one batch. */
  readonly loss: (logits: tf.Tensor2D, labels: readonly number[]) => tf.Scalar;
  /** Changes a batch `[count, ...shape]` at random, so that few samples go further. */
  readonly augment?: (batch: tf.Tensor, random: Random) => tf.Tensor;
}

/**
 * Trains on seeded batches with Adam and a learning rate that falls to nothing along a cosine. The model's output is
 * logits. Unlike `LayersModel.fit` it draws nothing from Math.random.
 */
export async function fit(model: LayersModel, samples: readonly Sample[], options: FitOptions): Promise<void> {
  const optimizer = optimizers.adam(options.learningRate);
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const steps = options.epochs * Math.ceil(samples.length / options.batchSize);
  const random = new Random(options.seed);
  const augment = (inputs: tf.Tensor) => options.augment?.(inputs, random) ?? inputs;
  let step = 0;
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const order = shuffled(samples, options.seed + epoch);
    let lossSum = 0;
    for (let start = 0; start < order.length; start += options.batchSize) {
      options.signal?.throwIfAborted();
      setLearningRate(optimizer, options.learningRate * 0.5 * (1 + Math.cos((Math.PI * step++) / steps)));
      const batch = order.slice(start, start + options.batchSize);
      lossSum += trainStep(model, optimizer, variables, batch, options.loss, augment) * batch.length;
      await new Promise(setImmediate);
    }
    options.onProgress?.({ epoch, epochs: options.epochs, loss: lossSum / order.length });
  }
  optimizer.dispose();
}

function trainStep(
  model: LayersModel,
  optimizer: tf.Optimizer,
  variables: tf.Variable[],
  batch: readonly Sample[],
  loss: FitOptions["loss"],
  augment: (inputs: tf.Tensor) => tf.Tensor,
): number {
  return tf.tidy(() => {
    const shape = [batch.length, ...model.inputs[0]!.shape.slice(1)] as number[];
    const flat = new Float32Array(shape.reduce((product, size) => product * size, 1));
    batch.forEach(({ features }, row) => flat.set(features, row * features.length));
    const inputs = augment(tf.tensor(flat, shape));
    const labels = batch.map(({ label }) => label);
    const cost = optimizer.minimize(
      () => loss(model.apply(inputs, { training: true }) as tf.Tensor2D, labels),
      true,
      variables,
    );
    return cost!.dataSync()[0]!;
  });
}

/** Adam reads its rate at each step; TensorFlow.js gives no public way to change it. */
function setLearningRate(optimizer: tf.Optimizer, rate: number): void {
  (optimizer as unknown as { learningRate: number }).learningRate = rate;
}
