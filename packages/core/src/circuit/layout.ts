import { inputBindingOf, packedWordCount } from "../encoding/packInput.ts";
import { outputPackingOf, outputWordCount } from "../encoding/packOutputs.ts";
import { nodeShapes } from "../model/graph.ts";
import { isRearranging } from "../model/node.ts";
import { elementCount } from "../model/shapes.ts";
import type { IntegerModel } from "../model/types.ts";
import type { CircuitLayout, CircuitSignal } from "./types.ts";

/**
 * Which wire each signal of a model's circuit has. The skeleton declares its signals in this order, and weights are
 * linked to these wires.
 *
 * @throws VerimeshError `OUTPUT_TOO_LARGE` if the outputs take more than 4 words that the model does not hide
 */
export function circuitLayout(model: IntegerModel): CircuitLayout {
  const shapes = nodeShapes(model);
  const inputLength = elementCount(model.inputShape);
  const inputBinding = inputBindingOf(inputLength, model.hides);
  const inputWords = inputBinding === "words" ? packedWordCount(inputLength) : 1;
  const outputBinding = model.hides === "inputAndOutput" ? "poseidon" : "words";
  const packedWords = outputWordCount(outputPackingOf(model));
  const outputWords = outputBinding === "words" ? packedWords : 1;

  const privateSignals: CircuitSignal[] = [];
  // Wire 0 is the constant one; one wire is the binding.
  let firstWire = 1 + outputWords + inputWords + 1;
  const declare = (name: string, length: number) => {
    privateSignals.push({ name, length, firstWire });
    firstWire += length;
  };
  declare("x", inputLength);
  if (model.hides !== "nothing") declare("salt", 1);
  model.nodes.forEach((node, k) => {
    if (!isRearranging(node)) declare(valuesName(k + 1), elementCount(shapes[k + 1]!));
  });
  return { outputWords, inputWords, inputBinding, outputBinding, privateSignals };
}

/** Name of the signal that holds the values of node `source`, counted from 1. */
export function valuesName(source: number): string {
  return `v_${source}`;
}

/** The signal of that name. */
export function signalOf(layout: CircuitLayout, name: string): CircuitSignal {
  const signal = layout.privateSignals.find((candidate) => candidate.name === name);
  if (signal === undefined) throw new TypeError(`no signal ${name}`);
  return signal;
}

/**
 * Which element of which private signal a wire is.
 *
 * @throws TypeError if the wire is none of a private signal
 */
export function signalAt(layout: CircuitLayout, wire: number): { readonly name: string; readonly index: number } {
  const { privateSignals } = layout;
  let [first, end] = [0, privateSignals.length];
  while (end - first > 1) {
    const middle = (first + end) >> 1;
    if (privateSignals[middle]!.firstWire <= wire) first = middle;
    else end = middle;
  }
  const { name, length, firstWire } = privateSignals[first]!;
  const index = wire - firstWire;
  if (!(index >= 0 && index < length)) throw new TypeError(`wire ${wire} is of no private signal`);
  return { name, index };
}
