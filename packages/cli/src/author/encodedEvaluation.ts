import type { CompileModelOptions } from "@verimesh/compiler";
import { encodeInput, type EvaluationSet } from "@verimesh/core";

/** An author's held-out samples as the integer model takes them: encoded, values out of range moved to its ends. */
export function encodedEvaluation({
  evaluation,
  inputEncoding,
}: Pick<CompileModelOptions, "evaluation" | "inputEncoding">): EvaluationSet {
  return {
    inputs: evaluation.samples.map((sample) => encodeInput(sample, inputEncoding, { clamp: true })),
    targets: evaluation.targets,
  };
}
