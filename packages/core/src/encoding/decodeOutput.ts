import { VerimeshError } from "../errors/VerimeshError.ts";
import type { OutputEncoding } from "../manifest/types.ts";
import { unpackOutputs } from "./packOutputs.ts";

/** What an answer means. */
export type DecodedOutput =
  | { readonly kind: "argmax"; readonly index: number; readonly label?: string }
  | {
      readonly kind: "topK";
      /** Classes, the best first. */
      readonly indices: readonly number[];
      readonly labels?: readonly string[];
    }
  | {
      readonly kind: "scores";
      /** The model's exact integers. */
      readonly integers: readonly number[];
      /** Integer · scale. */
      readonly scores: readonly number[];
      readonly labels?: readonly string[];
    };

/**
 * Reads the answer of a job from its output words. Those of a model that hides its output are a commitment: what they
 * open to, the packed output, is read.
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
  const labels = encoding.labels && integers.map((index) => labelOf(index, encoding.labels!));
  if (encoding.kind === "topK") return { kind: "topK", indices: integers, ...(labels && { labels }) };
  return { kind: "argmax", index: integers[0]!, ...(labels && { label: labels[0]! }) };
}

function labelOf(index: number, labels: readonly string[]): string {
  const label = labels[index];
  if (label !== undefined) return label;
  throw new VerimeshError(`The answer is class ${index} of ${labels.length}.`, { code: "OUTPUT_INVALID" });
}
