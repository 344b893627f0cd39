import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { initializers, layers, sequential, type Sequential } from "@tensorflow/tfjs-layers";
import { Random, elementCount, type InputEncoding, type OutputRule } from "@verimesh/core";
import type { CompileModelOptions } from "../src/compileModel.ts";

type LayerOf = (seed: number) => Parameters<Sequential["add"]>[0];

/** A sequential model with seeded weights. */
export async function build(inputShape: number[], makers: readonly LayerOf[]): Promise<Sequential> {
  // Without it TensorFlow.js prints advice to install its native library.
  tf.env().set("PROD", true);
  await tf.setBackend("cpu");
  const model = sequential();
  model.add(layers.inputLayer({ inputShape }));
  makers.forEach((make, index) => model.add(make(index + 1)));
  return model;
}

const seeded = (seed: number) => ({
  kernelInitializer: initializers.heNormal({ seed }),
  biasInitializer: initializers.randomUniform({ minval: -0.2, maxval: 0.2, seed: seed + 50 }),
});

type Extra = Readonly<Record<string, unknown>>;
export const dense =
  (units: number, activation = "linear", extra: Extra = {}): LayerOf =>
  (seed) =>
    layers.dense({ units, activation: activation as "relu", ...seeded(seed), ...extra });
export const conv =
  (filters: number, kernelSize: number, strides: number, extra: Extra = {}): LayerOf =>
  (seed) =>
    layers.conv2d({ filters, kernelSize, strides, activation: "relu", ...seeded(seed), ...extra });

/** Random samples within what the encoding can hold, and options for them; targets are the float model's own answers. */
export function optionsFor(
  model: Sequential,
  output: OutputRule["kind"],
  encoding: Partial<InputEncoding> = {},
): CompileModelOptions {
  const shape = model.inputs[0]!.shape.slice(1) as number[];
  const inputEncoding: InputEncoding = { shape, scale: [1 / 255], offset: [0], ...encoding };
  const random = new Random(3);
  const { scale, offset } = inputEncoding;
  const samples = Array.from({ length: 120 }, () =>
    Float32Array.from(
      { length: elementCount(shape) },
      (_, i) => offset[i % offset.length]! + random.integer(0, 255) * scale[i % scale.length]!,
    ),
  );
  const targets = tf.tidy(() => {
    const scores = model.predict(
      tf.tensor(Float32Array.from(samples.flatMap((sample) => [...sample])), [samples.length, ...shape]),
    ) as tf.Tensor;
    const flat = tf.reshape<tf.Rank.R2>(scores, [samples.length, -1]);
    return flat.shape[1] === 1
      ? [...flat.dataSync()].map((score) => Number(score > 0))
      : [...tf.argMax(flat, 1).dataSync()];
  });
  return {
    inputEncoding,
    output: output === "topK" ? { kind: output, k: 2 } : { kind: output },
    calibration: samples.slice(0, 60),
    evaluation: { samples: samples.slice(60), targets: targets.slice(60) },
  };
}
