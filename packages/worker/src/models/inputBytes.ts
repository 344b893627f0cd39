import {
  elementCount,
  inputBindingOf,
  inputFileLength,
  inputWords,
  readInputFile,
  type SaltedInput,
  unpackInput,
  VerimeshError,
  type IntegerModel,
} from "@verimesh/core";
import { type ContentStore } from "@verimesh/storage";
import { cidFromHex } from "@verimesh/sdk";
import type { Hex } from "viem";

/** Above the input itself: room for the UnixFS wrapping of a small file. */
const WRAPPING_BYTES = 64 * 1024;

/**
 * The input of a job: unpacked from the public words, or fetched by the job's CID, with its salt if the model hides
 * anything, and checked against the commitment in the words.
 *
 * @throws VerimeshError INPUT_INVALID if no input of the model's size gives these words: such a job cannot be proved
 */
export async function loadInput(
  { inputShape, hides }: IntegerModel,
  job: { readonly inputWords: readonly bigint[]; readonly inputCid: Hex },
  store: ContentStore,
  signal: AbortSignal,
): Promise<SaltedInput> {
  const length = elementCount(inputShape);
  const maxBytes = inputFileLength(length, hides) + WRAPPING_BYTES;
  const { bytes, salt } =
    inputBindingOf(length, hides) === "words"
      ? { bytes: unpackInput(job.inputWords, length) }
      : readInputFile(await store.get(cidFromHex(job.inputCid), { signal, maxBytes }), length, hides);
  const words = inputWords(bytes, { hides, salt });
  if (words.length !== job.inputWords.length || words.some((word, i) => word !== job.inputWords[i])) {
    refuse("The input is not the one that the job's words stand for.");
  }
  return { bytes, salt };
}

function refuse(message: string): never {
  throw new VerimeshError(message, { code: "INPUT_INVALID", details: "No proof exists for this job." });
}
