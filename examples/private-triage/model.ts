/** Triage of biopsies: a small dense network that says malignant or benign, in two variants that hide what is asked. */
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
import { loadTriage } from "./data.ts";

export const labels = ["malignant", "benign"] as const;
export const output = { kind: "argmax" } as const;

/** What the chain does not learn of a question. The weights are the same. */
export const variants = [
  {
    name: "triage-private-input",
    description: "Tells malignant from benign biopsies by 30 measures. The chain sees the answer, not the measures.",
    hides: "input",
  },
  {
    name: "triage-private",
    description: "Tells malignant from benign biopsies by 30 measures. The chain sees neither measures nor answer.",
    hides: "inputAndOutput",
  },
] as const;

const SEED = 11;
const HIDDEN = 8;

/**
 * Trains on 398 biopsies, holding out 171. The same weights on every machine.
 *
 * @throws the signal's reason if aborted
 */
export async function train(options: TrainOptions = {}): Promise<TrainedModel> {
  await loadTrainingBackend();
  const { training, heldOut, inputEncoding } = await loadTriage();
  const layersModel = architecture(inputEncoding.shape[0]!);
  await fit(
    layersModel,
    training.map((sample) => normalized(sample, inputEncoding)),
    {
      ...options,
      epochs: 30,
      batchSize: 32,
      learningRate: 0.01,
      seed: SEED,
      loss: (logits, batch) => tf.losses.softmaxCrossEntropy(tf.oneHot([...batch], labels.length), logits),
    },
  );
  takeRawFeatures(layersModel, inputEncoding);
  return { floatModel: readLayersModel(layersModel), training, heldOut, inputEncoding };
}

function architecture(features: number): Sequential {
  return sequential({
    layers: [
      layers.dense({
        name: "cells",
        inputShape: [features],
        units: HIDDEN,
        activation: "relu",
        kernelInitializer: initializers.heNormal({ seed: SEED }),
      }),
      layers.dense({
        name: "diagnosis",
        units: labels.length,
        kernelInitializer: initializers.heNormal({ seed: SEED + 1 }),
      }),
    ],
  });
}
