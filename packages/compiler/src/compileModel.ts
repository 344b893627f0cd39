import {
  circuitLayout,
  outputPackingOf,
  serializeWeights,
  type AccuracyReport,
  type CircuitLayout,
  type Hiding,
  type InputEncoding,
  type IntegerModel,
  type ModelArchitecture,
  type OutputEncoding,
  type OutputRule,
} from "@verimesh/core";
import { decideByDefault, measureAccuracy, type Decide, type EvaluationData } from "./accuracy.ts";
import { checkOptions } from "./checkOptions.ts";
import type { FloatModel } from "./float/types.ts";
import { Calibration } from "./quantize/calibrate.ts";
import type { ClippingRule } from "./quantize/ranges.ts";
import { simplify } from "./quantize/simplify/simplify.ts";
import { generateSkeleton } from "./skeleton/generateSkeleton.ts";

export interface CompileModelOptions {
  readonly inputEncoding: InputEncoding;
  /** The scores of the last layer, the index of the largest, or the indices of the k largest. */
  readonly output: OutputRule;
  /** What public signals hide; default nothing. */
  readonly hides?: Hiding | undefined;
  /** Names of the classes, in order. */
  readonly labels?: readonly string[] | undefined;
  /** Real features, row-major, as the model was trained on: some hundred samples that are typical. */
  readonly calibration: readonly Float32Array[];
  /** The right answers of the calibration samples: with them a search measures accuracy, without them agreement. */
  readonly calibrationTargets?: readonly number[] | undefined;
  /** Held-out data, on which both accuracies are measured. */
  readonly evaluation: EvaluationData;
  /** Which class scores stand for; default the largest score, of a single score whether it is positive. */
  readonly decide?: Decide | undefined;
  /** Bits of a weight, sign included, 2 to 8; default 8. `search`: each layer's own, for the cheapest circuit. */
  readonly weightBits?: number | "search" | undefined;
  /** Bits of a value between layers, 3 to 10; default 8. `search`: each layer's own. */
  readonly activationBits?: number | "search" | undefined;
  /** The share of samples that a search may lose against 8 bits everywhere; default 0.005, half a percentage point. */
  readonly maximumLoss?: number | undefined;
  /** For scores: the root mean square error that a search may leave, as a share of the scores' own; default 0.05. */
  readonly maximumError?: number | undefined;
}

export interface CompiledModel {
  readonly model: IntegerModel;
  readonly architecture: ModelArchitecture;
  /** The weights file. */
  readonly weights: Uint8Array;
  readonly layout: CircuitLayout;
  readonly accuracy: AccuracyReport;
  readonly inputEncoding: InputEncoding;
  readonly outputEncoding: OutputEncoding;
  /** circom source of the circuit without weights. */
  readonly skeleton: string;
  /** What the float model applied to its scores and the integer model leaves out: for the manifest's description. */
  readonly droppedActivation: "linear" | "softmax" | "sigmoid";
  readonly calibrationReport: CalibrationReport;
}

/** How the integers were chosen, and how close they came on the calibration data. */
export interface CalibrationReport {
  readonly rule: ClippingRule;
  readonly correctsBias: boolean;
  /** Share of samples on which the integer model decides as the float model. */
  readonly agreement: number;
  /** Root mean square of what scores differ by, over that of the float scores. */
  readonly error: number;
}

/**
 * Compiles a trained model, as a reader gives it, to its integer model, weights file and skeleton circuit, and measures
 * what quantization costs. Needs an active TensorFlow.js backend. The same model and data give the same result.
 *
 * @throws VerimeshError `LAYER_UNSUPPORTED`, `DATA_INVALID`, `QUANTIZATION_IMPOSSIBLE`, `OUTPUT_TOO_LARGE`
 */
export function compileModel(floatModel: FloatModel, options: CompileModelOptions): CompiledModel {
  const { inputEncoding, output, hides = "nothing", labels, calibration, evaluation } = options;
  const { decide = decideByDefault, weightBits = 8, activationBits = 8 } = options;
  checkOptions(floatModel, options);
  const simple = simplify(floatModel, output);
  const quantized = new Calibration(simple, calibration, decide, { output, hides, inputEncoding }).best({
    standard: { weightBits, activationBits },
    steps: {},
  });
  const { model, outputScale } = quantized;
  const { rule, correctsBias } = quantized.plan;
  return {
    model,
    ...serializeWeights(model),
    layout: circuitLayout(model),
    accuracy: measureAccuracy(floatModel, model, inputEncoding, outputScale, evaluation, decide),
    inputEncoding,
    outputEncoding: {
      ...outputPackingOf(model),
      ...(output.kind === "scores" && { scale: outputScale }),
      ...(labels !== undefined && { labels }),
    },
    skeleton: generateSkeleton(model),
    droppedActivation: floatModel.droppedActivation,
    calibrationReport: { rule, correctsBias, agreement: quantized.agreement, error: quantized.error },
  };
}
