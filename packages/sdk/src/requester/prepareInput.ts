import {
  BN254_SCALAR_ORDER,
  elementCount,
  encodeInput,
  type EncodeInputOptions,
  type InputBinding,
  type InputValues,
  inputWords,
  type ModelManifest,
  publicWordsOf,
  VerimeshError,
} from "@verimesh/core";

export interface PreparedInput {
  /** One byte an element, row-major: what the model computes on. */
  readonly bytes: Uint8Array;
  /** The public input words: the packed bytes, or one commitment to them. */
  readonly inputWords: readonly bigint[];
  /** `poseidon`: the bytes must be published, the words only commit to them. */
  readonly inputBinding: InputBinding;
  /**
   * Of a model that hides its input: what the commitment hides it with. `requestJob` keeps it in `salts`: it opens the
   * commitments to input and output, and whoever knows it can check a guess of the input. Once lost it is lost.
   */
  readonly salt?: bigint | undefined;
}

export interface PrepareInputOptions extends EncodeInputOptions {
  /** For a model that hides its input, a field element; default drawn at random. */
  readonly salt?: bigint | undefined;
}

/**
 * Checks an input against a model and encodes it, before any money moves.
 * @param values real features, by name or row-major; or, as `Uint8Array`, the encoded bytes themselves
 * @throws VerimeshError `INPUT_INVALID` for a wrong shape, name or range; `MANIFEST_MISMATCH` if the manifest's own words
 * do not fit its input; `SALT_INVALID`
 * @example
 * const input = prepareInput(manifest, { age: 42, amount: 2500, duration: 24 });
 */
export function prepareInput(
  manifest: ModelManifest,
  values: InputValues | Uint8Array,
  options: PrepareInputOptions = {},
): PreparedInput {
  const { input } = manifest;
  const stated = publicWordsOf(manifest);
  const bytes = values instanceof Uint8Array ? Uint8Array.from(values) : encodeInput(values, input, options);
  const expected = elementCount(input.shape);
  if (bytes.length !== expected) {
    throw new VerimeshError(`The input has ${bytes.length} bytes; the model takes ${expected}.`, {
      code: "INPUT_INVALID",
      details: `Expected shape [${input.shape.join(", ")}], row-major, one byte an element.`,
    });
  }
  const salt = stated.hides === "nothing" ? options.salt : (options.salt ?? randomSalt());
  const words = inputWords(bytes, { hides: stated.hides, salt });
  if (words.length !== stated.inputWords) {
    throw new VerimeshError(`The input packs to ${words.length} words; the manifest states ${stated.inputWords}.`, {
      code: "MANIFEST_MISMATCH",
      details: "The manifest does not describe its own model. Do not use it.",
    });
  }
  return { bytes, inputWords: words, inputBinding: stated.inputBinding, ...(salt !== undefined && { salt }) };
}

/** Uniform below the field order: what is not below it is drawn again. */
function randomSalt(): bigint {
  for (;;) {
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    const salt = bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) >> 2n;
    if (salt < BN254_SCALAR_ORDER) return salt;
  }
}
