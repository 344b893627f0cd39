import {
  elementCount,
  inputWords,
  VerimeshError,
  WORD_BYTES,
  type InputBinding,
  type IntegerModel,
} from "@verimesh/core";
import { type ContentStore } from "@verimesh/storage";
import { cidFromHex } from "@verimesh/sdk";
import type { Hex } from "viem";

/** Above the input itself: room for the UnixFS wrapping of a small file. */
const WRAPPING_BYTES = 64 * 1024;

/**
 * The bytes of a job's input: unpacked from the public words, or fetched by the job's CID and checked against the
 * commitment in the words.
 *
 * @throws VerimeshError INPUT_INVALID if no input of the model's size gives these words: such a job cannot be proved
 */
export async function loadInput(
  model: IntegerModel,
  binding: InputBinding,
  job: { readonly inputWords: readonly bigint[]; readonly inputCid: Hex },
  store: ContentStore,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const length = elementCount(model.inputShape);
  const bytes =
    binding === "words"
      ? unpackWords(job.inputWords, length)
      : await store.get(cidFromHex(job.inputCid), { signal, maxBytes: length + WRAPPING_BYTES });
  if (bytes.length !== length) refuse(`The input has ${bytes.length} bytes; the model takes ${length}.`);
  const words = inputWords(bytes, binding);
  if (words.length !== job.inputWords.length || words.some((word, i) => word !== job.inputWords[i])) {
    refuse("The input is not the one that the job's words stand for.");
  }
  return bytes;
}

/** The opposite of packing; bits outside the input make the comparison that follows fail. */
function unpackWords(words: readonly bigint[], length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => {
    const word = words[Math.floor(index / WORD_BYTES)] ?? 0n;
    return Number((word >> BigInt(8 * (index % WORD_BYTES))) & 255n);
  });
}

function refuse(message: string): never {
  throw new VerimeshError(message, { code: "INPUT_INVALID", details: "No proof exists for this job." });
}
