import {
  argmax,
  elementCount,
  type IntegerModel,
  MAX_EVALUATION_BYTES,
  type ModelManifest,
  type OutputEncoding,
  parseEvaluation,
} from "@verimesh/core";
import { createExecutor } from "@verimesh/executor";
import { type AuditContext, fetchFile } from "./AuditContext.ts";
import { loadTestedBackend } from "./backend.ts";
import { mismatch, requireEqual } from "./Findings.ts";

/** The integer model's accuracy, measured again on the published samples. */
export async function auditAccuracy(
  context: AuditContext,
  manifest: ModelManifest,
  model: IntegerModel,
): Promise<void> {
  const { findings, signal } = context;
  const { accuracy, files } = manifest;
  const { evaluation } = files;
  if (evaluation === undefined)
    findings.skip("accuracy", "the author has not published the samples it was measured on");
  else {
    await findings.check("accuracy", async () => {
      const file = await fetchFile(context, evaluation, MAX_EVALUATION_BYTES);
      const { inputs, targets } = parseEvaluation(file, elementCount(model.inputShape));
      requireEqual("the number of samples", inputs.length, accuracy.samples);
      const backend = await loadTestedBackend();
      const executor = await createExecutor(model, backend);
      let right = 0;
      try {
        for (const [index, input] of inputs.entries()) {
          signal.throwIfAborted();
          const { output } = await executor.run(input);
          if (classOf(output, manifest.output.kind) === targets[index]) right++;
        }
      } finally {
        await executor.dispose();
      }
      const measured = right / inputs.length;
      if (measured !== accuracy.integer) {
        mismatch(`the manifest says ${accuracy.integer}; measured on its ${inputs.length} samples: ${measured}`);
      }
      return `${(100 * measured).toFixed(2)} % of ${inputs.length} samples, measured again on ${backend.name}`;
    });
  }
  findings.skip(
    "accuracy before quantizing",
    `${accuracy.float} is the author's word: the float model is not published`,
  );
}

/** What an answer stands for: the largest of several scores, the first of several indices, or whether a single score is positive. */
function classOf(output: Int32Array, kind: OutputEncoding["kind"]): number {
  if (kind !== "scores") return output[0]!;
  return output.length === 1 ? Number(output[0]! > 0) : argmax(output);
}
