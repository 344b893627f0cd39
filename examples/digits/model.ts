/** Handwritten digits: a small convolutional network with strides, trained in seconds, proved in seconds. */
import { initializers, layers, sequential, type Sequential } from "@tensorflow/tfjs-layers";
import type { TrainedModel, TrainOptions } from "@verimesh/example-training";
import { labels, SEED, trainDigits } from "./trainDigits.ts";

export { labels };
export const name = "digits";
export const description = "Reads a handwritten digit of 28 × 28 grey pixels (MNIST).";

/** As `trainDigits`. */
export function train(options: TrainOptions = {}): Promise<TrainedModel> {
  return trainDigits(architecture, { epochs: 12, batchSize: 32, learningRate: 0.006, shift: 1 }, options);
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
