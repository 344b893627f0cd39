import { MAX_WORDS, POSEIDON_MAX_INPUTS, WORD_BYTES } from "../constants.ts";
import type { InputBinding } from "../circuit/types.ts";
import { poseidon } from "./poseidon.ts";

/**
 * Packs bytes into words below 2^248, 31 bytes each, the first byte least significant.
 *
 * @param bytes the input, one byte per element, row-major
 */
export function packInput(bytes: Uint8Array): bigint[] {
  return Array.from({ length: packedWordCount(bytes.length) }, (_, k) =>
    bytes.subarray(k * WORD_BYTES, (k + 1) * WORD_BYTES).reduceRight((word, byte) => (word << 8n) | BigInt(byte), 0n),
  );
}

/** Number of words that `packInput` gives. */
export function packedWordCount(length: number): number {
  return Math.ceil(length / WORD_BYTES);
}

/** How an input of that many bytes is made public: as it is while it fits 4 words, else by commitment. */
export function inputBindingOf(length: number): InputBinding {
  return packedWordCount(length) <= MAX_WORDS ? "words" : "poseidon";
}

/** The public input words of an input: what the requester's transaction carries and the circuit's public signals hold. */
export function inputWords(bytes: Uint8Array, binding: InputBinding = inputBindingOf(bytes.length)): bigint[] {
  const words = packInput(bytes);
  return binding === "words" ? words : [poseidonCommitment(words)];
}

/**
 * Commits to words with circomlib's Poseidon over BN254 (https://eprint.iacr.org/2019/458): the first 16 words, then
 * each time the digest so far with the next 15. Word count is not committed: one model takes one length.
 *
 * @param words 1 or more, each below the field order
 */
export function poseidonCommitment(words: readonly bigint[]): bigint {
  let digest = poseidon(words.slice(0, POSEIDON_MAX_INPUTS));
  for (let next = POSEIDON_MAX_INPUTS; next < words.length; next += POSEIDON_MAX_INPUTS - 1) {
    digest = poseidon([digest, ...words.slice(next, next + POSEIDON_MAX_INPUTS - 1)]);
  }
  return digest;
}
