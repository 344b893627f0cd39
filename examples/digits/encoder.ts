/**
 * A small transformer encoder, as Dosovitskiy et al. use it on images ("An Image is Worth 16x16 Words", 2021): 16 patches
 * of 7 × 7 pixels as tokens of width 32, two blocks with two heads each, normalisation before each part.
 */
import * as tf from "@tensorflow/tfjs-core";
import { initializers, input, layers, model, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import type { TrainedModel, TrainOptions } from "@verimesh/example-training";
import { labels, SEED, trainDigits } from "./trainDigits.ts";

export { labels };
export const name = "encoder";
export const description = "Reads a handwritten digit of 28 × 28 grey pixels (MNIST) with a transformer encoder.";

const [WIDTH, HEADS, BLOCKS] = [32, 2, 2];

/** As `trainDigits`. */
export function train(options: TrainOptions = {}): Promise<TrainedModel> {
  return trainDigits(architecture, { epochs: 8, batchSize: 64, learningRate: 0.004, shift: 1 }, options);
}

function architecture(): LayersModel {
  let drawn = 0;
  const dense = (name: string, units: number, activation: "linear" | "relu" = "linear") =>
    layers.dense({ name, units, activation, kernelInitializer: initializers.glorotUniform({ seed: SEED + drawn++ }) });
  const through = (layer: { apply(inputs: unknown): unknown }, ...from: SymbolicTensor[]) =>
    layer.apply(from.length === 1 ? from[0] : from) as SymbolicTensor;

  const image = input({ shape: [28, 28, 1] });
  let tokens = through(layers.reshape({ name: "rows", targetShape: [4, 7, 4, 7] }), image);
  tokens = through(layers.permute({ name: "patches", dims: [1, 3, 2, 4] }), tokens);
  tokens = through(layers.reshape({ name: "tokens", targetShape: [16, 49] }), tokens);
  tokens = through(dense("embedding", WIDTH), tokens);
  for (let block = 1; block <= BLOCKS; block++) {
    const at = (part: string) => `${part}${block}`;
    const normal = through(layerNormalization(at("attentionNorm")), tokens);
    const heads = Array.from({ length: HEADS }, (_, head) => {
      const part = (what: string) => through(dense(`${at(what)}head${head + 1}`, WIDTH / HEADS), normal);
      const [query, key, value] = [part("query"), part("key"), part("value")];
      const scores = through(layers.dot({ name: `${at("scores")}head${head + 1}`, axes: [2, 2] }), query, key);
      const weights = through(layers.softmax({ name: `${at("attention")}head${head + 1}`, axis: -1 }), scores);
      return through(layers.dot({ name: `${at("read")}head${head + 1}`, axes: [2, 1] }), weights, value);
    });
    const attended = through(dense(at("mixed"), WIDTH), through(layers.concatenate({ name: at("heads") }), ...heads));
    tokens = through(layers.add({ name: at("afterAttention") }), tokens, attended);
    const hidden = through(
      dense(at("hidden"), 2 * WIDTH, "relu"),
      through(layerNormalization(at("hiddenNorm")), tokens),
    );
    tokens = through(layers.add({ name: at("afterHidden") }), tokens, through(dense(at("back"), WIDTH), hidden));
  }
  // Every token has weights of its own here, so that no embedding of positions is needed.
  const scores = through(dense("digits", labels.length), through(layers.flatten({ name: "flatten" }), tokens));
  return model({ inputs: image, outputs: scores });
}

/**
 * TensorFlow.js's own layer repeats scale, offset and moments by `tile`, whose gradient is a slice for each repetition, a
 * thousand a layer. Broadcasting computes the same, and an epoch takes a minute instead of an hour.
 */
function layerNormalization(name: string): ReturnType<typeof layers.layerNormalization> {
  const epsilon = 0.001;
  const layer = layers.layerNormalization({ name, epsilon });
  layer.call = (inputs) =>
    tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      const { mean, variance } = tf.moments(x, -1, true);
      const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
      const [scale, offset] = layer.getWeights(true) as [tf.Tensor, tf.Tensor];
      return tf.add(tf.mul(normal, scale), offset);
    });
  return layer;
}
