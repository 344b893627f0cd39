import { BN254_SCALAR_ORDER, VerimeshError } from "@verimesh/core";
import { bytesToHex, hexToBytes, isHex, numberToHex } from "viem";
import type { KeptInput } from "./SaltStore.ts";

/** As stores write it: JSON with both in hexadecimal. */
export function keptInputToText({ bytes, salt }: KeptInput): string {
  return JSON.stringify({ input: bytesToHex(bytes), salt: numberToHex(salt, { size: 32 }) });
}

/**
 * Reads what `keptInputToText` wrote. Nothing of the text is quoted in an error.
 * @throws VerimeshError `SALT_UNREADABLE`
 */
export function keptInputFromText(text: string): KeptInput {
  try {
    const { input, salt } = JSON.parse(text) as { input?: unknown; salt?: unknown };
    if (
      isHex(input) &&
      input.length % 2 === 0 &&
      isHex(salt) &&
      salt.length === 66 &&
      BigInt(salt) < BN254_SCALAR_ORDER
    ) {
      return { bytes: hexToBytes(input), salt: BigInt(salt) };
    }
  } catch {
    // The cause is left out: it quotes the text.
  }
  throw new VerimeshError("What was kept to open a hidden answer is damaged.", {
    code: "SALT_UNREADABLE",
    details: "Expected JSON with input and salt in hexadecimal. Restore it from a backup: it cannot be made again.",
    docsPath: "privacy.md",
  });
}
