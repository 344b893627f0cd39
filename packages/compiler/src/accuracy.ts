import {
  argmax,
  encodeInput,
  runReference,
  type AccuracyReport,
  type InputEncoding,
  type IntegerModel,
} from "@verimesh/core";
import { runFloat } from "./read/runFloat.ts";
import type { FloatModel } from "./read/steps.ts";

/** Held-out data: real features and the right answer of each sample. */
export interface EvaluationData {
  readonly samples: readonly Float32Array[];
  /** The index of the right class; for a single score 1 (positive) or 0. */
  readonly targets: readonly number[];
}

/** The class that scores stand for: the largest of several, or whether a single one is positive. */
export type Decide = (scores: ArrayLike<number>) => number;

export const decideByDefault: Decide = (scores) => (scores.length === 1 ? Number(scores[0]! > 0) : argmax(scores));

/** Scores of the integer model, as integers; samples beyond the encoding's range are clamped to it. */
export function integerScores(model: IntegerModel, encoding: InputEncoding, sample: Float32Array): Int32Array {
  return runReference(model, encodeInput(sample, encoding, { clamp: true })).accumulators.at(-1)!;
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
  const floatScores = runFloat(floatModel, samples).map((outputs) => outputs.at(-1)!);
  const right = { float: 0, integer: 0 };
  samples.forEach((sample, index) => {
    const scores = Float64Array.from(integerScores(model, encoding, sample), (score) => score * outputScale);
    if (decide(floatScores[index]!) === targets[index]) right.float++;
    if (decide(scores) === targets[index]) right.integer++;
  });
  return { float: right.float / samples.length, integer: right.integer / samples.length, samples: samples.length };
}
