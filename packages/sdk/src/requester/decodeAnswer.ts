import { type DecodedOutput, decodeOutput, type ModelManifest } from "@verimesh/core";

/**
 * Reads the answer of a settled job.
 * @param outputWords of `waitForJob`, `getProof` or the callback
 * @throws VerimeshError `OUTPUT_INVALID` if the words do not fit the manifest
 * @example
 * const answer = decodeAnswer(manifest, settled.outputWords);
 * if (answer.kind === "argmax") console.log(answer.label ?? answer.index);
 */
export function decodeAnswer(manifest: ModelManifest, outputWords: readonly bigint[]): DecodedOutput {
  return decodeOutput(outputWords, manifest.output);
}
