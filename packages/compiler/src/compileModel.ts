import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import {
  VerimeshError,
  circuitLayout,
  elementCount,
  outputPackingOf,
  serializeWeights,
  type AccuracyReport,
  type CircuitLayout,
  type InputEncoding,
  type IntegerModel,
  type ModelArchitecture,
  type OutputEncoding,
} from "@verimesh/core";
import { decideByDefault, measureAccuracy, type Decide, type EvaluationData } from "./accuracy.ts";
import { calibrate } from "./quantize/calibrate.ts";
import type { ClippingRule } from "./quantize/ranges.ts";
import { readModel } from "./read/readModel.ts";
import { runFloat, stack } from "./read/runFloat.ts";
import type { FloatModel } from "./read/steps.ts";
import { generateSkeleton } from "./skeleton/generateSkeleton.ts";

export interface CompileModelOptions {
  readonly inputEncoding: InputEncoding;
  /** Raw scores of the last layer, or the index of the largest. */
  readonly output: "scores" | "argmax";
  /** Names of the classes, in order. */
  readonly labels?: readonly string[] | undefined;
  /** Real features, row-major, as the model was trained on: some hundred samples that are typical. */
  readonly calibration: readonly Float32Array[];
  /** Held-out data, on which both accuracies are measured. */
  readonly evaluation: EvaluationData;
  /** Which class scores stand for; default the largest score, of a single score whether it is positive. */
  readonly decide?: Decide;
  /** Bits of a weight, sign included, 2 to 8; default 8. */
  readonly weightBits?: number;
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
  readonly calibrationReport: { readonly rule: ClippingRule; readonly agreement: number };
}

/**
 * Compiles a trained TensorFlow.js Layers model to its integer model, weights file and skeleton circuit, and measures
 * what quantization costs. Needs an active TensorFlow.js backend. The same model and data give the same result.
 *
 * @throws VerimeshError `LAYER_UNSUPPORTED`, `WEIGHTS_NOT_FINITE`, `DATA_INVALID`, `QUANTIZATION_IMPOSSIBLE`,
 * `OUTPUT_TOO_LARGE`
 */
export function compileModel(layersModel: LayersModel, options: CompileModelOptions): CompiledModel {
  const { inputEncoding, output, labels, calibration, evaluation, decide = decideByDefault, weightBits = 8 } = options;
  const floatModel = readModel(layersModel);
  checkData(floatModel, options);
  checkReading(layersModel, floatModel, calibration.slice(0, 8));
  const quantized = calibrate(floatModel, calibration, decide, { output, inputEncoding, weightBits });
  const { model, outputScale } = quantized;
  const packing = outputPackingOf(model);
  if (labels !== undefined) checkLabels(labels, model);
  return {
    model,
    ...serializeWeights(model),
    layout: circuitLayout(model),
    accuracy: measureAccuracy(floatModel, model, inputEncoding, outputScale, evaluation, decide),
    inputEncoding,
    outputEncoding: {
      ...packing,
      ...(output === "scores" && { scale: outputScale }),
      ...(labels !== undefined && { labels }),
    },
    skeleton: generateSkeleton(model),
    droppedActivation: floatModel.droppedActivation,
    calibrationReport: { rule: quantized.rule, agreement: quantized.agreement },
  };
}

function checkData({ inputShape }: FloatModel, options: CompileModelOptions): void {
  const count = elementCount(inputShape);
  const { inputEncoding, calibration, evaluation, weightBits = 8 } = options;
  if (!Number.isInteger(weightBits) || weightBits < 2 || weightBits > 8)
    refuse(`weightBits is ${weightBits}.`, "Expected 2 to 8.");
  if (inputEncoding.shape.join() !== inputShape.join()) {
    refuse(
      `The input encoding has shape [${inputEncoding.shape.join(", ")}].`,
      `The model takes [${inputShape.join(", ")}].`,
    );
  }
  for (const [field, list] of [
    ["scale", inputEncoding.scale],
    ["offset", inputEncoding.offset],
  ] as const) {
    const isFinite = list.every((value) => Number.isFinite(value) && (field === "offset" || value > 0));
    if (!isFinite || (list.length !== 1 && list.length !== count)) {
      refuse(
        `The input encoding's ${field} is not usable.`,
        `Expected 1 or ${count} finite numbers${field === "scale" ? " above 0" : ""}.`,
      );
    }
  }
  if (evaluation.samples.length !== evaluation.targets.length) {
    refuse(
      `There are ${evaluation.samples.length} evaluation samples and ${evaluation.targets.length} targets.`,
      "Expected one target per sample.",
    );
  }
  for (const [what, samples] of [
    ["calibration", calibration],
    ["evaluation", evaluation.samples],
  ] as const) {
    if (samples.length === 0) refuse(`There is no ${what} data.`, "Expected at least one sample, better some hundred.");
    samples.forEach((sample, index) => {
      if (sample.length !== count)
        refuse(
          `Sample ${index} of the ${what} data has ${sample.length} values.`,
          `Expected ${count}, shape [${inputShape.join(", ")}].`,
        );
      if (!sample.every(Number.isFinite))
        refuse(`Sample ${index} of the ${what} data has a value that is not finite.`, "Expected finite numbers.");
    });
  }
}

function checkLabels(labels: readonly string[], model: IntegerModel): void {
  const last = model.layers.findLast((layer) => layer.kind !== "flatten")!;
  const count = last.kind === "dense" ? last.units : elementCount(last.outputShape);
  if (labels.length !== count) refuse(`There are ${labels.length} labels.`, `The model has ${count} scores.`);
}

/** Compares what was read with what the model itself predicts, so that no misread layer goes unseen. */
function checkReading(layersModel: LayersModel, floatModel: FloatModel, samples: readonly Float32Array[]): void {
  const scores = runFloat(floatModel, samples).map((outputs) => outputs.at(-1)!);
  const predicted = tf.tidy(() => {
    const raw = tf.tensor2d(
      scores.flatMap((list) => [...list]),
      [samples.length, scores[0]!.length],
    );
    const activation = floatModel.droppedActivation;
    const mine = activation === "softmax" ? tf.softmax(raw) : activation === "sigmoid" ? tf.sigmoid(raw) : raw;
    const theirs = tf.reshape(layersModel.predict(stack(samples, floatModel.inputShape)) as tf.Tensor, raw.shape);
    return {
      difference: tf.max(tf.abs(tf.sub(mine, theirs))).dataSync()[0]!,
      size: tf.max(tf.abs(theirs)).dataSync()[0]!,
    };
  });
  if (predicted.difference <= 1e-3 * Math.max(1, predicted.size)) return;
  throw new VerimeshError("The compiler's reading of the model gives other answers than the model.", {
    code: "MODEL_MISREAD",
    details: `They differ by up to ${predicted.difference}. A layer has an option that the compiler does not know; please report it.`,
  });
}

function refuse(shortMessage: string, details: string): never {
  throw new VerimeshError(shortMessage, { code: "DATA_INVALID", details });
}
