import { BN254_SCALAR_ORDER } from "../constants.ts";
import { VerimeshError } from "../errors/VerimeshError.ts";
import type { Hiding } from "../model/types.ts";

/** Of a salt at the end of a file. */
const SALT_BYTES = 32;

/** An input as its provider needs it: with the salt that its public words hide it with. */
export interface SaltedInput {
  /** One byte per element, row-major. */
  readonly bytes: Uint8Array;
  /** Present if and only if the model hides anything. */
  readonly salt?: bigint | undefined;
}

/** Bytes of the file that `writeInputFile` gives for an input of that many bytes. */
export function inputFileLength(length: number, hides: Hiding): number {
  return hides === "nothing" ? length : length + SALT_BYTES;
}

/**
 * What a requester publishes for the provider: the input, followed, where the model hides anything, by the salt in 32
 * bytes, most significant first. Who can read the file knows the input: the words on the chain alone hide it.
 */
export function writeInputFile({ bytes, salt }: SaltedInput): Uint8Array {
  if (salt === undefined) return bytes.slice();
  const file = new Uint8Array(bytes.length + SALT_BYTES);
  file.set(bytes);
  for (let at = file.length - 1, rest = salt; at >= bytes.length; at--, rest >>= 8n) file[at] = Number(rest & 255n);
  return file;
}

/**
 * Reads what `writeInputFile` wrote.
 *
 * @param length bytes of the input
 * @throws VerimeshError `INPUT_INVALID`
 */
export function readInputFile(file: Uint8Array, length: number, hides: Hiding): SaltedInput {
  const expected = inputFileLength(length, hides);
  if (file.length !== expected) {
    invalid(`The file of the input has ${file.length} bytes; expected ${expected}.`);
  }
  if (hides === "nothing") return { bytes: file };
  const salt = file.subarray(length).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  if (salt >= BN254_SCALAR_ORDER) invalid("The salt in the file of the input is no field element.");
  return { bytes: file.slice(0, length), salt };
}

function invalid(shortMessage: string): never {
  throw new VerimeshError(shortMessage, {
    code: "INPUT_INVALID",
    details:
      "Expected the input, one byte per element, and where the model hides anything a salt of 32 bytes after it.",
  });
}
