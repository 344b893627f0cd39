import { VerimeshError } from "../errors/VerimeshError.ts";
import type { OutputEncoding } from "../manifest/types.ts";
import { unpackOutputs } from "./packOutputs.ts";

/** What an answer means. */
export type DecodedOutput =
  | { readonly kind: "argmax"; readonly index: number; readonly label?: string }
  | {
      readonly kind: "scores";
      /** The model's exact integers. */
      readonly integers: readonly number[];
      /** Integer · scale. */
      readonly scores: readonly number[];
      readonly labels?: readonly string[];
    };

/**
 * Reads the answer of a job from its output words.
 *
 * @throws VerimeshError `OUTPUT_INVALID` if the words do not fit the encoding
 */
export function decodeOutput(words: readonly bigint[], encoding: OutputEncoding): DecodedOutput {
  const integers = Array.from(unpackOutputs(words, encoding));
  if (encoding.kind === "scores") {
    const scale = encoding.scale ?? 1;
    const scores = integers.map((integer) => integer * scale);
    return { kind: "scores", integers, scores, ...(encoding.labels && { labels: encoding.labels }) };
  }
  const index = integers[0]!;
  if (encoding.labels !== undefined && index >= encoding.labels.length) {
    throw new VerimeshError(`The answer is class ${index} of ${encoding.labels.length}.`, { code: "OUTPUT_INVALID" });
  }
  const label = encoding.labels?.[index];
  return { kind: "argmax", index, ...(label !== undefined && { label }) };
}
