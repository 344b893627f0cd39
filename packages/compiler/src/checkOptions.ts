import { VerimeshError, elementCount, type OutputRule } from "@verimesh/core";
import type { CompileModelOptions } from "./compileModel.ts";
import type { FloatModel } from "./float/types.ts";

/** @throws VerimeshError `DATA_INVALID` if data or options do not fit the model */
export function checkOptions({ inputShape, nodes }: FloatModel, options: CompileModelOptions): void {
  const count = elementCount(inputShape);
  const { inputEncoding, calibration, evaluation, labels, output } = options;
  checkBits("weightBits", options.weightBits, 2, 8);
  checkBits("activationBits", options.activationBits, 3, 10);
  if (options.maximumLoss !== undefined && !(options.maximumLoss >= 0 && options.maximumLoss <= 1)) {
    refuse(`maximumLoss is ${options.maximumLoss}.`, "Expected a share of samples, 0 to 1, such as 0.005.");
  }
  if (options.maximumError !== undefined && !(options.maximumError > 0)) {
    refuse(`maximumError is ${options.maximumError}.`, "Expected a number above 0, such as 0.05.");
  }
  if (inputEncoding.shape.join() !== inputShape.join()) {
    refuse(
      `The input encoding has shape [${inputEncoding.shape.join(", ")}].`,
      `The model takes [${inputShape.join(", ")}].`,
    );
  }
  for (const field of ["scale", "offset"] as const) {
    const list = inputEncoding[field];
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
  checkSamples("calibration", calibration, inputShape);
  checkSamples("evaluation", evaluation.samples, inputShape);
  checkOutput(output, elementCount(nodes.at(-1)!.shape), labels);
}

function checkBits(name: string, bits: number | "search" | undefined, least: number, most: number): void {
  if (bits === undefined || bits === "search") return;
  if (!Number.isInteger(bits) || bits < least || bits > most) {
    refuse(`${name} is ${bits}.`, `Expected ${least} to ${most}, or "search".`);
  }
}

function checkSamples(what: string, samples: readonly Float32Array[], shape: readonly number[]): void {
  const count = elementCount(shape);
  if (samples.length === 0) refuse(`There is no ${what} data.`, "Expected at least one sample, better some hundred.");
  samples.forEach((sample, index) => {
    if (sample.length !== count) {
      refuse(
        `Sample ${index} of the ${what} data has ${sample.length} values.`,
        `Expected ${count}, shape [${shape.join(", ")}].`,
      );
    }
    if (!sample.every(Number.isFinite)) {
      refuse(`Sample ${index} of the ${what} data has a value that is not finite.`, "Expected finite numbers.");
    }
  });
}

function checkOutput(output: OutputRule, scores: number, labels: readonly string[] | undefined): void {
  if (labels !== undefined && labels.length !== scores) {
    refuse(`There are ${labels.length} labels.`, `The model has ${scores} scores.`);
  }
  if (output.kind !== "scores" && scores < 2) {
    refuse(`The model has ${scores} score.`, `Expected 2 or more to take the ${output.kind} of; ask for "scores".`);
  }
  if (output.kind === "topK" && !(Number.isInteger(output.k) && output.k >= 1 && output.k <= scores)) {
    refuse(`The best ${output.k} are asked for.`, `Expected 1 to ${scores}, the number of scores.`);
  }
}

function refuse(shortMessage: string, details: string): never {
  throw new VerimeshError(shortMessage, { code: "DATA_INVALID", details });
}
