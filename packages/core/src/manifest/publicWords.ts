import type { InputBinding } from "../circuit/types.ts";
import { inputBindingOf, packedWordCount } from "../encoding/packInput.ts";
import { outputWordCount } from "../encoding/packOutputs.ts";
import { VerimeshError } from "../errors/VerimeshError.ts";
import { elementCount } from "../model/shapes.ts";
import type { Hiding } from "../model/types.ts";
import type { ModelManifest, ProvableManifest } from "./types.ts";

export interface PublicWords {
  readonly inputBinding: InputBinding;
  readonly outputWords: number;
  readonly inputWords: number;
  /** Whether the words are commitments that a salt opens. */
  readonly hides: Hiding;
}

/** How inputs and answers are told to the contracts: as the circuit states, or, without one, as the encodings imply. */
export function publicWordsOf({ architecture, circuit, input, output }: ModelManifest): PublicWords {
  const { hides } = architecture;
  if (circuit !== undefined) {
    const { inputBinding, outputWords, inputWords } = circuit;
    return { inputBinding, outputWords, inputWords, hides };
  }
  const length = elementCount(input.shape);
  const inputBinding = inputBindingOf(length, hides);
  const inputWords = inputBinding === "words" ? packedWordCount(length) : 1;
  const outputWords = hides === "inputAndOutput" ? 1 : outputWordCount(output);
  return { inputBinding, outputWords, inputWords, hides };
}

/** Whether the model's answers can be proven. */
export function isProvable(manifest: ModelManifest): manifest is ProvableManifest {
  return manifest.circuit !== undefined;
}

/**
 * The manifest of a model whose answers can be proven.
 *
 * @throws VerimeshError `CIRCUIT_MISSING`
 */
export function requireProvable(manifest: ModelManifest): ProvableManifest {
  if (isProvable(manifest)) return manifest;
  throw new VerimeshError(`The model ${manifest.name} has no circuit, so its answers cannot be proven.`, {
    code: "CIRCUIT_MISSING",
    details: "Settle its jobs by quorum or by challenge, or choose a version with a circuit.",
  });
}
