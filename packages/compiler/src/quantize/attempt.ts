import { VerimeshError } from "@verimesh/core";

/** What quantizing gives, or why it cannot be done so: under another rule, or in another place, it may. */
export function attempt<Result>(quantize: () => Result): Result | VerimeshError {
  try {
    return quantize();
  } catch (error) {
    if (error instanceof VerimeshError && error.code === "QUANTIZATION_IMPOSSIBLE") return error;
    throw error;
  }
}
