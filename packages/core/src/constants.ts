/** Order of BN254's scalar field: the field of circom's signals. Every public signal is below it. */
export const BN254_SCALAR_ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** Bits of a public word. 248 = 31 bytes, so every word is below the field order and nothing wraps. */
export const WORD_BITS = 248;
export const WORD_BYTES = 31;

/** Most words that an output, or an input that is public as it is, may take. */
export const MAX_WORDS = 4;

/** Inputs of circomlib's widest Poseidon permutation. */
export const POSEIDON_MAX_INPUTS = 16;

/** Below it float32 adds integers exactly, in whatever order. */
export const FLOAT32_EXACT_LIMIT = 2 ** 24;
