import { argmax, encodeInput, type AccuracyReport, type InputEncoding, type IntegerModel } from "@verimesh/core";
import { runFloatBatches } from "./float/runFloat.ts";
import type { FloatModel } from "./float/types.ts";
import { scoreRunner } from "./quantize/runNodeFast.ts";

/** Held-out data: real features and the right answer of each sample. */
export interface EvaluationData {
  readonly samples: readonly Float32Array[];
  /** The index of the right class; for a single score 1 (positive) or 0. */
  readonly targets: readonly number[];
}

/** The class that scores stand for: the largest of several, or whether a single one is positive. */
export type Decide = (scores: ArrayLike<number>) => number;

export const decideByDefault: Decide = (scores) => (scores.length === 1 ? Number(scores[0]! > 0) : argmax(scores));

/** The bytes of a sample; what is beyond the encoding's range is clamped to it. */
export function encodeSample(sample: Float32Array, encoding: InputEncoding): Uint8Array {
  return encodeInput(sample, encoding, { clamp: true });
}

/** Scores of the float model, without what its file applied at the end. */
export function floatScores(model: FloatModel, samples: readonly Float32Array[]): Float32Array[] {
  const scores: Float32Array[] = [];
  for (const { count, values } of runFloatBatches(model, samples)) {
    const batch = values.at(-1)!;
    const size = batch.length / count;
    for (let k = 0; k < count; k++) scores.push(batch.slice(k * size, (k + 1) * size));
  }
  return scores;
}

/** Share of held-out samples that the float and the integer model answer right. */
export function measureAccuracy(
  floatModel: FloatModel,
  model: IntegerModel,
  encoding: InputEncoding,
  outputScale: number,
  { samples, targets }: EvaluationData,
  decide: Decide,
): AccuracyReport {
  const float = floatScores(floatModel, samples);
  const right = { float: 0, integer: 0 };
  const run = scoreRunner(model);
  samples.forEach((sample, index) => {
    const integers = run(encodeSample(sample, encoding));
    const scores = Float64Array.from(integers, (score) => score * outputScale);
    if (decide(float[index]!) === targets[index]) right.float++;
    if (decide(scores) === targets[index]) right.integer++;
  });
  return { float: right.float / samples.length, integer: right.integer / samples.length, samples: samples.length };
}
