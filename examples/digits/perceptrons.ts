/** Dense networks over all pixels: 784-128-10, and 784-1024-1024-10 with 1.86 million weights. */
import { initializers, layers, sequential, type Sequential } from "@tensorflow/tfjs-layers";
import type { TrainedModel, TrainOptions } from "@verimesh/example-training";
import { labels, SEED, trainDigits } from "./trainDigits.ts";

const training = { learningRate: 0.003, shift: 1 };

export const mlp128 = {
  name: "mlp-128",
  description: "Reads a handwritten digit of 28 × 28 grey pixels (MNIST) with one hidden layer of 128.",
  labels,
  /** As `trainDigits`. */
  train: (options: TrainOptions = {}): Promise<TrainedModel> =>
    trainDigits(() => perceptron([128]), { ...training, epochs: 15, batchSize: 32, weightPenalty: 2e-5 }, options),
};

export const mlp1024 = {
  name: "mlp-1024",
  description: "Reads a handwritten digit of 28 × 28 grey pixels (MNIST) with two hidden layers of 1,024.",
  labels,
  /** As `trainDigits`. */
  train: (options: TrainOptions = {}): Promise<TrainedModel> =>
    trainDigits(
      () => perceptron([1024, 1024], 0.3),
      { ...training, learningRate: 0.002, epochs: 5, batchSize: 128, weightPenalty: 2e-5 },
      options,
    ),
};

/**
 * @param start share of He et al.'s deviation that hidden weights start with. What training does not change of them stays
 * as noise, which widens a sum as much as what is learnt: the wider the layers, the less is changed.
 */
function perceptron(hidden: readonly number[], start = 1): Sequential {
  const kernel = (seed: number, share = 1) =>
    initializers.varianceScaling({ scale: 2 * share ** 2, mode: "fanIn", distribution: "normal", seed });
  return sequential({
    layers: [
      layers.flatten({ name: "pixels", inputShape: [28, 28, 1] }),
      ...hidden.map((units, k) =>
        layers.dense({
          name: `hidden${k + 1}`,
          units,
          activation: "relu",
          kernelInitializer: kernel(SEED + k, start),
        }),
      ),
      layers.dense({ name: "digits", units: labels.length, kernelInitializer: kernel(SEED + hidden.length) }),
    ],
  });
}
