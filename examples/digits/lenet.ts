/** The shape of LeNet-5 (LeCun et al., 1998) with ReLU: two convolutions, each with an average pooling, and ten scores. */
import { initializers, layers, sequential, type Sequential } from "@tensorflow/tfjs-layers";
import type { TrainedModel, TrainOptions } from "@verimesh/example-training";
import { labels, SEED, trainDigits } from "./trainDigits.ts";

export { labels };
export const name = "lenet";
export const description =
  "Reads a handwritten digit of 28 × 28 grey pixels (MNIST) with a network of LeNet-5's shape.";

/** As `trainDigits`. */
export function train(options: TrainOptions = {}): Promise<TrainedModel> {
  return trainDigits(architecture, { epochs: 15, batchSize: 32, learningRate: 0.004, shift: 2 }, options);
}

function architecture(): Sequential {
  const kernel = (seed: number) => initializers.heNormal({ seed });
  const convolution = { kernelSize: 5, activation: "relu" } as const;
  return sequential({
    layers: [
      layers.conv2d({
        ...convolution,
        name: "strokes",
        inputShape: [28, 28, 1],
        filters: 6,
        kernelInitializer: kernel(SEED),
      }),
      layers.averagePooling2d({ name: "strokesPooled", poolSize: 2 }),
      layers.conv2d({ ...convolution, name: "shapes", filters: 16, kernelInitializer: kernel(SEED + 1) }),
      layers.averagePooling2d({ name: "shapesPooled", poolSize: 2 }),
      layers.flatten({ name: "flatten" }),
      layers.dense({ name: "digits", units: labels.length, kernelInitializer: kernel(SEED + 2) }),
    ],
  });
}
