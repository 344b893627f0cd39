import * as tf from "@tensorflow/tfjs-core";
import { elementCount, Random, VerimeshError } from "@verimesh/core";
import { runFloat, stack } from "../float/runFloat.ts";
import type { FloatModel } from "../float/types.ts";

/** Float32 in another order of summation stays well below. */
const RELATIVE_TOLERANCE = 1e-3;
const ABSOLUTE_TOLERANCE = 1e-5;

/**
 * Compares what was read with what the model itself predicts, so that no misread layer goes unseen.
 *
 * @param predict the model's own answers to a batch of samples, after its last activation
 * @param samples default: a few random ones, rows of the embedding where the model has one
 * @throws VerimeshError `MODEL_MISREAD`; `LAYER_UNSUPPORTED` if the model itself gives no answer
 */
export function checkReading(
  model: FloatModel,
  predict: (samples: tf.Tensor) => tf.Tensor,
  samples: readonly Float32Array[] = plausibleSamples(model, 4),
): void {
  const scores = runFloat(model, samples).map((values) => values.at(-1)!);
  const { difference, size } = tf.tidy(() => {
    const raw = tf.tensor2d(Float32Array.from(scores.flatMap((list) => [...list])), [
      samples.length,
      scores[0]!.length,
    ]);
    const { droppedActivation } = model;
    const mine =
      droppedActivation === "softmax" ? tf.softmax(raw) : droppedActivation === "sigmoid" ? tf.sigmoid(raw) : raw;
    const answers = answersOf(predict, stack(samples, model.inputShape));
    if (answers.size !== raw.size) return { difference: Infinity, size: answers.size };
    const theirs = tf.reshape(answers, raw.shape);
    return {
      difference: tf.max(tf.abs(tf.sub(mine, theirs))).dataSync()[0]!,
      size: tf.max(tf.abs(theirs)).dataSync()[0]!,
    };
  });
  if (difference <= RELATIVE_TOLERANCE * size + ABSOLUTE_TOLERANCE) return;
  throw new VerimeshError("The compiler's reading of the model gives other answers than the model.", {
    code: "MODEL_MISREAD",
    details: `They differ by up to ${difference}. A layer has an option that the compiler does not know; please report it.`,
  });
}

function answersOf(predict: (samples: tf.Tensor) => tf.Tensor, samples: tf.Tensor): tf.Tensor {
  try {
    return predict(samples);
  } catch (cause) {
    throw new VerimeshError("TensorFlow.js itself cannot run the model.", {
      code: "LAYER_UNSUPPORTED",
      details: String(cause),
      cause,
    });
  }
}

function plausibleSamples(model: FloatModel, count: number): Float32Array[] {
  const random = new Random(1);
  const rows = Math.min(...model.nodes.map((node) => (node.op === "embedding" ? node.rows : Infinity)));
  const next = rows === Infinity ? () => 2 * random.next() - 1 : () => random.integer(0, rows - 1);
  return Array.from({ length: count }, () => Float32Array.from({ length: elementCount(model.inputShape) }, next));
}
