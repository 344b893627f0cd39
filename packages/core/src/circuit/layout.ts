import { inputBindingOf, packedWordCount } from "../encoding/packInput.ts";
import { outputPackingOf, outputWordCount } from "../encoding/packOutputs.ts";
import { elementCount, linearLayers, outputShapeOf } from "../model/shapes.ts";
import type { IntegerModel } from "../model/types.ts";
import type { CircuitLayout, CircuitSignal } from "./types.ts";

/**
 * Which wire each signal of a model's circuit has. The skeleton declares its signals in this order, and weights are
 * linked to these wires.
 *
 * @throws VerimeshError `OUTPUT_TOO_LARGE` if the outputs take more than 4 words
 */
export function circuitLayout(model: IntegerModel): CircuitLayout {
  const inputLength = elementCount(model.inputShape);
  const inputBinding = inputBindingOf(inputLength);
  const inputWords = inputBinding === "words" ? packedWordCount(inputLength) : 1;
  const outputWords = outputWordCount(outputPackingOf(model));

  const privateSignals: CircuitSignal[] = [];
  // Wire 0 is the constant one; one wire is the binding.
  let firstWire = 1 + outputWords + inputWords + 1;
  const declare = (name: string, length: number) => {
    privateSignals.push({ name, length, firstWire });
    firstWire += length;
  };
  declare("x", inputLength);
  linearLayers(model).forEach((layer, k) => {
    const length = elementCount(outputShapeOf(layer));
    declare(`acc_${k}`, length);
    if (layer.requantization !== null) declare(`act_${k}`, length);
  });
  return { outputWords, inputWords, inputBinding, privateSignals };
}

/** The signal of that name. */
export function signalOf(layout: CircuitLayout, name: string): CircuitSignal {
  const signal = layout.privateSignals.find((candidate) => candidate.name === name);
  if (signal === undefined) throw new TypeError(`no signal ${name}`);
  return signal;
}
