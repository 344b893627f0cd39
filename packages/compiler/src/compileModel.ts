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
import { chooseIntegers } from "./chooseIntegers.ts";
import { estimateConstraints } from "./quantize/estimate/estimateConstraints.ts";
import type { SearchProgress } from "./quantize/search/searchPlan.ts";
import type { ClippingRule } from "./quantize/ranges.ts";
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
  /** Told how far a search is, which takes minutes for a large model. */
  readonly onSearch?: ((progress: SearchProgress) => void) | undefined;
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
  /** Constraints of the linked circuit, known before it is compiled. */
  readonly constraints: number;
  readonly calibrationReport: CalibrationReport;
  /** What a search found, from all bits to few; one point where there was none. */
  readonly trade: readonly TradePoint[];
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

/** A circuit that could be had, and what it costs. */
export interface TradePoint {
  /** Of the linked circuit. */
  readonly constraints: number;
  /** On the calibration data, as in `CalibrationReport`. */
  readonly agreement: number;
  readonly error: number;
  /** Share of held-out samples answered right; absent where it was not measured. */
  readonly accuracy?: number | undefined;
  /** Steps with fewer bits than the standard, by name. */
  readonly steps: Readonly<Record<string, { readonly weightBits?: number; readonly activationBits?: number }>>;
  readonly isChosen: boolean;
}

/**
 * Compiles a trained model, as a reader gives it, to its integer model, weights file and skeleton circuit, and measures
 * what quantization costs. Needs an active TensorFlow.js backend. The same model and data give the same result.
 *
 * @throws VerimeshError `LAYER_UNSUPPORTED`, `DATA_INVALID`, `QUANTIZATION_IMPOSSIBLE`, `OUTPUT_TOO_LARGE`
 */
export function compileModel(floatModel: FloatModel, options: CompileModelOptions): CompiledModel {
  const { inputEncoding, output, labels, evaluation, decide = decideByDefault } = options;
  checkOptions(floatModel, options);
  const { chosen, trade } = chooseIntegers(floatModel, options);
  const { model, outputScale, agreement, error } = chosen;
  const { rule, correctsBias } = chosen.plan;
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
    constraints: estimateConstraints(model).total,
    droppedActivation: floatModel.droppedActivation,
    calibrationReport: { rule, correctsBias, agreement, error },
    trade,
  };
}
