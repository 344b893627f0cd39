import { inputWords, VerimeshError } from "@verimesh/core";
import type { PreparedInput } from "../requester/prepareInput.ts";

/** What opens the commitments of a job: its input, one byte an element, and the salt. */
export interface KeptInput {
  readonly bytes: Uint8Array;
  /** Below BN254's scalar order. */
  readonly salt: bigint;
}

/**
 * Where a requester keeps what opens its jobs: see `MemorySaltStore` and `WebSaltStore`. A commitment is the one input word
 * of a model that hides its input; it stands on the chain, so that a job's id leads to it.
 *
 * What is lost here cannot be made again, and a hidden answer stays hidden for good. What is stolen here tells input and
 * answer: keep it as you keep the input.
 */
export interface SaltStore {
  /** Resolves once it is kept for good: only then is a request sent. The same again is no error. */
  put(commitment: bigint, kept: KeptInput): Promise<void>;
  /** What was kept under this commitment, or undefined. */
  get(commitment: bigint): Promise<KeptInput | undefined>;
}

/**
 * Keeps what opens the commitment to an input, and reads it back; nothing, if the input is not hidden.
 * @throws VerimeshError `SALT_NOT_KEPT`: no request may be sent
 */
export async function keepSalt(salts: SaltStore, input: PreparedInput): Promise<void> {
  const { bytes, salt } = input;
  const [commitment] = input.inputWords;
  if (salt === undefined || commitment === undefined) return;
  try {
    await salts.put(commitment, { bytes, salt });
    if (isKeptFor([commitment], await salts.get(commitment))) return;
  } catch (cause) {
    throw notKept(cause);
  }
  throw notKept();
}

/** Whether the commitment is to this input with this salt. */
export function isKeptFor(words: readonly bigint[], kept: KeptInput | undefined): kept is KeptInput {
  if (kept === undefined) return false;
  const [commitment] = inputWords(kept.bytes, { hides: "input", salt: kept.salt });
  return words.length === 1 && words[0] === commitment;
}

function notKept(cause?: unknown): VerimeshError {
  return new VerimeshError("The salt of the input could not be kept, so nothing was requested.", {
    code: "SALT_NOT_KEPT",
    details:
      "Without its salt an answer that is hidden can never be opened. Check the salt store: its disk or its quota.",
    cause,
    docsPath: "privacy.md",
  });
}
