import * as tf from "@tensorflow/tfjs-core";
import { elementCount, VerimeshError } from "@verimesh/core";
import { runFloatNode } from "./runFloatNode.ts";
import { floatSourcesOf } from "./shapes.ts";
import type { FloatModel } from "./types.ts";

/** Values of some consecutive samples. */
export interface FloatBatch {
  /** Index of the first sample. */
  readonly start: number;
  readonly count: number;
  /**
   * By source: `[0]` the input, `[k]` node k's values, `[count, ...shape]` flat and row-major; null where they were not
   * asked for.
   */
  readonly values: readonly (Float32Array | null)[];
}

export interface RunFloatOptions {
  /** `all`: every node's values; `last`: the scores alone; default `last`. Or the sources to keep. */
  readonly keep?: "all" | "last" | readonly number[];
}

/** Elements that one batch may hold over all nodes: 16 MiB. */
const BATCH_ELEMENTS = 2 ** 22;
const MAX_BATCH = 128;

/**
 * Runs the float model on TensorFlow.js' active backend, batch by batch, so that memory stays bounded however many the
 * samples: read what you need of a batch before you ask for the next.
 *
 * @param samples real features, row-major, of the model's input shape
 * @throws VerimeshError `DATA_INVALID` for a sample of another length, or a row that an embedding does not have
 */
export function* runFloatBatches(
  model: FloatModel,
  samples: readonly Float32Array[],
  { keep = "last" }: RunFloatOptions = {},
): Generator<FloatBatch, void, void> {
  const size = elementCount(model.inputShape);
  const wrong = samples.findIndex((sample) => sample.length !== size);
  if (wrong >= 0) {
    throw new VerimeshError(`Sample ${wrong} has ${samples[wrong]!.length} values.`, {
      code: "DATA_INVALID",
      details: `Expected ${size}, shape [${model.inputShape.join(", ")}].`,
    });
  }
  const perSample = model.nodes.reduce((sum, { shape }) => sum + elementCount(shape), size);
  const batchSize = Math.min(MAX_BATCH, Math.max(1, Math.floor(BATCH_ELEMENTS / perSample)));
  const isKept = keptSources(model, keep);
  for (let start = 0; start < samples.length; start += batchSize) {
    const batch = samples.slice(start, start + batchSize);
    yield { start, count: batch.length, values: runBatch(model, batch, isKept) };
  }
}

/**
 * Runs the float model and gives per sample its values: with `all` the input and every node's, by source; with `last`
 * (default) one array, the scores, without the dropped activation. Either way `.at(-1)` is the scores.
 */
export function runFloat(
  model: FloatModel,
  samples: readonly Float32Array[],
  options: { keep?: "all" | "last" } = {},
): Float32Array[][] {
  const results: Float32Array[][] = [];
  for (const { count, values } of runFloatBatches(model, samples, options)) {
    const kept = values.filter((value) => value !== null);
    for (let sample = 0; sample < count; sample++) {
      results.push(
        kept.map((batch) => batch.slice((sample * batch.length) / count, ((sample + 1) * batch.length) / count)),
      );
    }
  }
  return results;
}

/** Samples as one batch `[count, ...shape]`. */
export function stack(samples: readonly Float32Array[], shape: readonly number[]): tf.Tensor {
  const size = elementCount(shape);
  const flat = new Float32Array(samples.length * size);
  samples.forEach((sample, index) => flat.set(sample, index * size));
  return tf.tensor(flat, [samples.length, ...shape]);
}

function runBatch(
  model: FloatModel,
  samples: readonly Float32Array[],
  isKept: (source: number) => boolean,
): (Float32Array | null)[] {
  const values: (Float32Array | null)[] = [];
  tf.tidy(() => {
    const tensors = [stack(samples, model.inputShape)];
    for (const node of model.nodes) {
      const sources = floatSourcesOf(node).map((source) => tensors[source]!);
      tensors.push(runFloatNode(node, sources));
    }
    tensors.forEach((tensor, source) => values.push(isKept(source) ? (tensor.dataSync() as Float32Array) : null));
  });
  return values;
}

function keptSources(model: FloatModel, keep: "all" | "last" | readonly number[]): (source: number) => boolean {
  if (keep === "all") return () => true;
  if (keep === "last") return (source) => source === model.nodes.length;
  const kept = new Set(keep);
  return (source) => kept.has(source);
}
