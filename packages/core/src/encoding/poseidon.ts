import * as variants from "poseidon-lite";
import { POSEIDON_MAX_INPUTS } from "../constants.ts";
import { VerimeshError } from "../errors/VerimeshError.ts";

/** circomlib's Poseidon of 1 to 16 field elements. */
export function poseidon(inputs: readonly bigint[]): bigint {
  if (inputs.length < 1 || inputs.length > POSEIDON_MAX_INPUTS) {
    throw new VerimeshError(`Poseidon takes 1 to 16 inputs, not ${inputs.length}.`, { code: "INPUT_INVALID" });
  }
  const hash = (variants as unknown as Record<string, (inputs: bigint[]) => bigint>)[`poseidon${inputs.length}`]!;
  return hash([...inputs]);
}
