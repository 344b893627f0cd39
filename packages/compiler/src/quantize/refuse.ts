import { VerimeshError } from "@verimesh/core";

/** @throws VerimeshError `QUANTIZATION_IMPOSSIBLE`: the numbers do not allow it */
export function impossible(shortMessage: string, details: string): never {
  throw new VerimeshError(shortMessage, { code: "QUANTIZATION_IMPOSSIBLE", details });
}
