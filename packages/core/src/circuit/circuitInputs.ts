import { BN254_SCALAR_ORDER } from "../constants.ts";
import { inputWords, outputWords } from "../encoding/packInput.ts";
import { outputPackingOf, packOutputs } from "../encoding/packOutputs.ts";
import type { IntegerModel, Trace } from "../model/types.ts";
import { valuesName } from "./layout.ts";
import type { CircuitInputs } from "./types.ts";

/**
 * The skeleton's inputs from a run: nothing else is needed for the witness, weights included.
 *
 * @param binding `jobBinding(…)`, below the field order
 * @param salt given if and only if the model hides anything
 * @throws VerimeshError `SALT_INVALID`
 */
export function circuitInputs(model: IntegerModel, trace: Trace, binding: bigint, salt?: bigint): CircuitInputs {
  const inputs: Record<string, readonly bigint[] | bigint> = {
    inputWords: inputWords(trace.input, { hides: model.hides, salt }),
    binding,
    x: fieldElements(trace.input),
  };
  if (salt !== undefined) inputs["salt"] = [salt];
  trace.values.forEach((values, k) => {
    if (values !== null) inputs[valuesName(k + 1)] = fieldElements(values);
  });
  return inputs;
}

/**
 * The public signals that an honest proof of this run has: output words, input words, binding.
 *
 * @throws VerimeshError `SALT_INVALID`
 */
export function publicSignals(model: IntegerModel, trace: Trace, binding: bigint, salt?: bigint): bigint[] {
  const hiding = { hides: model.hides, salt };
  const packed = packOutputs(trace.output, outputPackingOf(model));
  return [...outputWords(packed, hiding), ...inputWords(trace.input, hiding), binding];
}

function fieldElements(values: Int32Array | Uint8Array): bigint[] {
  return Array.from(values, (value) => (value < 0 ? BN254_SCALAR_ORDER + BigInt(value) : BigInt(value)));
}
