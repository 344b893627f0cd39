import { type DecodedOutput, decodeOutput, type ModelManifest, VerimeshError } from "@verimesh/core";

/**
 * Reads the answer of a settled job.
 * @param outputWords of `waitForJob`, `getProof` or the callback
 * @throws VerimeshError `OUTPUT_INVALID` if the words do not fit the manifest; `OUTPUT_HIDDEN` if they are a commitment, which
 * `openAnswer` opens
 * @example
 * const answer = decodeAnswer(manifest, settled.outputWords);
 * if (answer.kind === "argmax") console.log(answer.label ?? answer.index);
 */
export function decodeAnswer(manifest: ModelManifest, outputWords: readonly bigint[]): DecodedOutput {
  if (manifest.architecture.hides === "inputAndOutput") {
    throw new VerimeshError(`The model ${manifest.name} hides its answers behind a commitment.`, {
      code: "OUTPUT_HIDDEN",
      details: "Who knows the input and its salt can open it: see openAnswer.",
    });
  }
  return decodeOutput(outputWords, manifest.output);
}
