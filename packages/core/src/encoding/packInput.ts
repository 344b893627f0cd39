import { BN254_SCALAR_ORDER, MAX_WORDS, POSEIDON_MAX_INPUTS, WORD_BYTES } from "../constants.ts";
import type { InputBinding } from "../circuit/types.ts";
import { VerimeshError } from "../errors/VerimeshError.ts";
import type { Hiding } from "../model/types.ts";
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

/** The opposite of `packInput`; what the words hold beyond `length` bytes is left out, so compare them packed again. */
export function unpackInput(words: readonly bigint[], length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => {
    const word = words[Math.floor(index / WORD_BYTES)] ?? 0n;
    return Number((word >> BigInt(8 * (index % WORD_BYTES))) & 255n);
  });
}

/** Number of words that `packInput` gives. */
export function packedWordCount(length: number): number {
  return Math.ceil(length / WORD_BYTES);
}

/** How an input of that many bytes is made public: as it is while it fits 4 words and is not hidden, else by commitment. */
export function inputBindingOf(length: number, hides: Hiding = "nothing"): InputBinding {
  return hides === "nothing" && packedWordCount(length) <= MAX_WORDS ? "words" : "poseidon";
}

/** What a commitment hides, and the salt that does it. */
export interface HidingOptions {
  readonly hides?: Hiding;
  /** Drawn at random below the field order; given if and only if something is hidden. */
  readonly salt?: bigint | undefined;
}

/**
 * The public input words of an input: what the requester's transaction carries and the circuit's public signals hold.
 *
 * @throws VerimeshError `SALT_INVALID`
 */
export function inputWords(bytes: Uint8Array, { hides = "nothing", salt }: HidingOptions = {}): bigint[] {
  const words = packInput(bytes);
  const salts = saltsOf(hides, salt);
  return inputBindingOf(bytes.length, hides) === "words" ? words : [poseidonCommitment([...words, ...salts])];
}

/**
 * The public output words: the packed output, or, where the model hides it, a commitment that input and salt open.
 *
 * @param packed of `packOutputs`
 * @throws VerimeshError `SALT_INVALID`
 */
export function outputWords(packed: readonly bigint[], { hides = "nothing", salt }: HidingOptions = {}): bigint[] {
  const salts = saltsOf(hides, salt);
  if (hides !== "inputAndOutput") return [...packed];
  // Another salt than the input's, so that an output told to somebody does not help to guess the input.
  return [poseidonCommitment([...packed, poseidon([salts[0]!, 1n])])];
}

/** No salt, or one. */
function saltsOf(hides: Hiding, salt: bigint | undefined): bigint[] {
  if (hides === "nothing") {
    if (salt === undefined) return [];
    throw new VerimeshError("The model hides nothing, so it takes no salt.", { code: "SALT_INVALID" });
  }
  if (salt !== undefined && salt >= 0n && salt < BN254_SCALAR_ORDER) return [salt];
  throw new VerimeshError(salt === undefined ? "The salt is missing." : "The salt is not a field element.", {
    code: "SALT_INVALID",
    details: "Expected a random number below BN254's scalar order: without it the commitment hides nothing.",
  });
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
