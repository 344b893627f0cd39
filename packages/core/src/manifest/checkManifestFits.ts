import { circuitLayout } from "../circuit/layout.ts";
import { outputPackingOf } from "../encoding/packOutputs.ts";
import { VerimeshError } from "../errors/VerimeshError.ts";
import { scoreCount } from "../model/graph.ts";
import type { IntegerModel } from "../model/types.ts";
import { publicWordsOf } from "./publicWords.ts";
import type { ModelManifest } from "./types.ts";

/**
 * Checks that what a manifest says of circuit and encodings is what its model has, so that a reader decodes what the
 * proof is about. To be called before a provider takes a job and before an answer is shown.
 *
 * @param model of `parseModel(manifest.architecture, weights)`
 * @throws VerimeshError `MANIFEST_MISMATCH`, naming the field
 */
export function checkManifestFits(manifest: ModelManifest, model: IntegerModel): void {
  const { output } = manifest;
  const words = publicWordsOf(manifest);
  const layout = circuitLayout(model);
  const packing = outputPackingOf(model);
  const facts: [string, unknown, unknown][] = [
    ["circuit.outputWords", words.outputWords, layout.outputWords],
    ["circuit.inputWords", words.inputWords, layout.inputWords],
    ["circuit.inputBinding", words.inputBinding, layout.inputBinding],
    ["output.kind", output.kind, packing.kind],
    ["output.length", output.length, packing.length],
    ["output.bits", output.bits, packing.bits],
    ["output.offset", output.offset, packing.offset],
  ];
  if (output.labels !== undefined) facts.push(["output.labels", output.labels.length, scoreCount(model)]);
  for (const [field, stated, actual] of facts) {
    if (stated === actual) continue;
    throw new VerimeshError(`The manifest says ${field} is ${String(stated)}; the model has ${String(actual)}.`, {
      code: "MANIFEST_MISMATCH",
      details: "The manifest does not describe its own model. Do not trust its answers.",
    });
  }
}
