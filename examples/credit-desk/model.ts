/** Credit risk: a small dense network whose one output, a logit, is positive for an applicant who will likely repay. */
import * as tf from "@tensorflow/tfjs-core";
import { initializers, layers, sequential, type Sequential } from "@tensorflow/tfjs-layers";
import { readLayersModel } from "@verimesh/compiler";
import {
  fit,
  loadTrainingBackend,
  normalized,
  takeRawFeatures,
  type TrainedModel,
  type TrainOptions,
} from "@verimesh/example-training";
import { loadCredit } from "./data.ts";

export const name = "credit-risk";
export const description =
  "Scores a loan applicant by 61 features (Statlog German Credit Data). A positive score: will likely repay.";

const SEED = 7;
const HIDDEN = 16;
/** Chosen, with the epochs, by cross-validation on the training rows alone. */
const WEIGHT_DECAY = 0.01;

/**
 * Trains on 700 applicants, holding out 300. The same weights on every machine.
 *
 * @throws the signal's reason if aborted
 */
export async function train(options: TrainOptions = {}): Promise<TrainedModel> {
  await loadTrainingBackend();
  const { training, heldOut, inputEncoding } = await loadCredit();
  const layersModel = architecture(inputEncoding.shape[0]!);
  await fit(
    layersModel,
    training.map((sample) => normalized(sample, inputEncoding)),
    {
      ...options,
      epochs: 20,
      batchSize: 50,
      learningRate: 0.005,
      seed: SEED,
      loss: (logits, batch) =>
        tf.add(
          tf.losses.sigmoidCrossEntropy(tf.tensor2d([...batch], [batch.length, 1]), logits),
          tf.mul(WEIGHT_DECAY, tf.sum(tf.square(layersModel.layers[0]!.getWeights()[0]!))),
        ),
    },
  );
  takeRawFeatures(layersModel, inputEncoding);
  return { floatModel: readLayersModel(layersModel), training, heldOut, inputEncoding };
}

function architecture(features: number): Sequential {
  return sequential({
    layers: [
      layers.dense({
        name: "profile",
        inputShape: [features],
        units: HIDDEN,
        activation: "relu",
        kernelInitializer: initializers.heNormal({ seed: SEED }),
      }),
      layers.dense({ name: "score", units: 1, kernelInitializer: initializers.heNormal({ seed: SEED + 1 }) }),
    ],
  });
}
