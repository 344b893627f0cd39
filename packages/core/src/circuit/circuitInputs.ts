import { BN254_SCALAR_ORDER } from "../constants.ts";
import { inputBindingOf, inputWords } from "../encoding/packInput.ts";
import { outputPackingOf, packOutputs } from "../encoding/packOutputs.ts";
import { linearLayers } from "../model/shapes.ts";
import type { IntegerModel, Trace } from "../model/types.ts";
import type { CircuitInputs } from "./types.ts";

/**
 * The skeleton's inputs from a run: nothing else is needed for the witness, weights included.
 *
 * @param binding `jobBinding(…)`, below the field order
 */
export function circuitInputs(model: IntegerModel, trace: Trace, binding: bigint): CircuitInputs {
  const inputs: Record<string, readonly bigint[] | bigint> = {
    inputWords: inputWords(trace.input, inputBindingOf(trace.input.length)),
    binding,
    x: fieldElements(trace.input),
  };
  let rescaled = 0;
  linearLayers(model).forEach((layer, k) => {
    inputs[`acc_${k}`] = fieldElements(trace.accumulators[k]!);
    if (layer.requantization !== null) inputs[`act_${k}`] = fieldElements(trace.activations[rescaled++]!);
  });
  return inputs;
}

/** The public signals that an honest proof of this run has: output words, input words, binding. */
export function publicSignals(model: IntegerModel, trace: Trace, binding: bigint): bigint[] {
  return [...packOutputs(trace.output, outputPackingOf(model)), ...inputWords(trace.input), binding];
}

function fieldElements(values: Int32Array | Uint8Array): bigint[] {
  return Array.from(values, (value) => (value < 0 ? BN254_SCALAR_ORDER + BigInt(value) : BigInt(value)));
}
