import { MAX_WORDS, WORD_BITS } from "../constants.ts";
import { VerimeshError } from "../errors/VerimeshError.ts";
import { hullOf } from "../model/bounds/Bounds.ts";
import { modelBounds, scoreCount } from "../model/graph.ts";
import type { IntegerModel, OutputRule } from "../model/types.ts";

/** How output integers lie in words: `y + offset`, `bits` each, `floor(248 / bits)` to a word, little end first. */
export interface OutputPacking {
  readonly kind: OutputRule["kind"];
  readonly length: number;
  readonly bits: number;
  readonly offset: number;
}

/** Bits that hold 0 to `value`, at least 1. */
export function bitLength(value: number): number {
  return Math.max(1, value.toString(2).length);
}

/**
 * How the model's output is packed. Scores: by the proven bounds over all scores; argmax and topK: by the number of scores.
 *
 * @throws VerimeshError `OUTPUT_TOO_LARGE` if it would take more than 4 words that the model does not hide
 */
export function outputPackingOf(model: IntegerModel): OutputPacking {
  const packing = packingOf(model);
  if (outputWordCount(packing) > MAX_WORDS && model.hides !== "inputAndOutput") {
    throw new VerimeshError(`${packing.length} outputs of ${packing.bits} bits do not fit ${MAX_WORDS} words.`, {
      code: "OUTPUT_TOO_LARGE",
      details:
        "Expected fewer outputs: answer with argmax or topK, rescale the last node to 8 bits, or hide the output behind a commitment.",
    });
  }
  return packing;
}

function packingOf(model: IntegerModel): OutputPacking {
  const { kind } = model.output;
  if (kind === "scores") {
    const { lo, hi } = hullOf(modelBounds(model).values.at(-1)!);
    return { kind, length: scoreCount(model), bits: bitLength(hi - lo), offset: 0 - lo };
  }
  const length = model.output.kind === "topK" ? model.output.k : 1;
  return { kind, length, bits: bitLength(scoreCount(model) - 1), offset: 0 };
}

/** Number of words that the outputs take. */
export function outputWordCount({ length, bits }: Pick<OutputPacking, "length" | "bits">): number {
  return Math.ceil(length / Math.floor(WORD_BITS / bits));
}

/**
 * Packs output integers into words below 2^248.
 *
 * @throws VerimeshError `OUTPUT_INVALID` if the count or a value does not fit the packing
 */
export function packOutputs(outputs: ArrayLike<number>, packing: Omit<OutputPacking, "kind">): bigint[] {
  const { length, bits, offset } = packing;
  if (outputs.length !== length) invalid(`There are ${outputs.length} outputs; expected ${length}.`);
  const words = new Array<bigint>(outputWordCount(packing)).fill(0n);
  const perWord = Math.floor(WORD_BITS / bits);
  for (let index = 0; index < length; index++) {
    const shifted = outputs[index]! + offset;
    if (!Number.isInteger(shifted) || shifted < 0 || shifted >= 2 ** bits) {
      invalid(`Output ${index} is ${outputs[index]}; expected ${-offset} to ${2 ** bits - 1 - offset}.`);
    }
    words[Math.floor(index / perWord)]! |= BigInt(shifted) << BigInt(bits * (index % perWord));
  }
  return words;
}

/**
 * Reads output integers back from words.
 *
 * @throws VerimeshError `OUTPUT_INVALID` if there are more or fewer words, or bits outside the packing are set
 */
export function unpackOutputs(words: readonly bigint[], packing: Omit<OutputPacking, "kind">): Int32Array {
  const { length, bits, offset } = packing;
  const count = outputWordCount(packing);
  if (words.length !== count) invalid(`There are ${words.length} output words; expected ${count}.`);
  const perWord = Math.floor(WORD_BITS / bits);
  words.forEach((word, index) => {
    const used = bits * Math.min(perWord, length - index * perWord);
    if (word < 0n || word >> BigInt(used) !== 0n) invalid(`Output word ${index} has bits above bit ${used}.`);
  });
  const mask = (1n << BigInt(bits)) - 1n;
  return Int32Array.from({ length }, (_, index) => {
    const word = words[Math.floor(index / perWord)]!;
    return Number((word >> BigInt(bits * (index % perWord))) & mask) - offset;
  });
}

function invalid(shortMessage: string): never {
  throw new VerimeshError(shortMessage, { code: "OUTPUT_INVALID" });
}
