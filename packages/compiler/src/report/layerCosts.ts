import {
  bitLength,
  elementCount,
  hullOf,
  isRearranging,
  modelBounds,
  nodeShapes,
  type IntegerModel,
  type Interval,
  type ModelNode,
} from "@verimesh/core";
import type { ConstraintEstimate } from "../quantize/estimate/estimateConstraints.ts";

/** What one part of the circuit is, and what it costs. */
export interface LayerCost {
  readonly name: string;
  /** The node's kind; "input" and "answer" for what encloses the nodes. */
  readonly kind: ModelNode["kind"] | "input" | "answer";
  readonly shape: readonly number[];
  /** Bits that hold every value, sign included, whatever the input. */
  readonly valueBits: number;
  /** Bits that hold every weight, sign included; null where there are none. */
  readonly weightBits: number | null;
  readonly constraints: number;
  /** Of the whole circuit, 0 to 1. */
  readonly share: number;
}

/** Every part that has wires of its own, in order: rearranging nodes cost nothing and are left out. */
export function layerCosts(model: IntegerModel, estimate: ConstraintEstimate): LayerCost[] {
  const shapes = nodeShapes(model);
  const { values } = modelBounds(model);
  const cost = (constraints: number) => ({ constraints, share: constraints / estimate.total });
  const layers: LayerCost[] = [
    { name: "input", kind: "input", shape: model.inputShape, valueBits: 8, weightBits: null, ...cost(estimate.input) },
  ];
  model.nodes.forEach((node, k) => {
    if (isRearranging(node)) return;
    layers.push({
      ...{ name: node.name, kind: node.kind, shape: shapes[k + 1]! },
      ...{ valueBits: bitsOf(hullOf(values[k + 1]!)), weightBits: weightBitsOf(node) },
      ...cost(estimate.nodes[k]!),
    });
  });
  const length = { scores: elementCount(shapes.at(-1)!), argmax: 1, topK: 0 }[model.output.kind];
  const shape = [model.output.kind === "topK" ? model.output.k : length];
  const scores = bitsOf(hullOf(values.at(-1)!));
  const valueBits = model.output.kind === "scores" ? scores : Math.max(1, bitLength(elementCount(shapes.at(-1)!) - 1));
  layers.push({ name: "answer", kind: "answer", shape, valueBits, weightBits: null, ...cost(estimate.output) });
  return layers;
}

function bitsOf({ lo, hi }: Interval): number {
  return lo >= 0 ? Math.max(1, bitLength(hi)) : 1 + bitLength(Math.max(hi, -lo - 1));
}

function weightBitsOf(node: ModelNode): number | null {
  const lists =
    node.kind === "dense" || node.kind === "conv2d" ? [node.weights] : node.kind === "combine" ? node.multipliers : [];
  if (lists.length === 0) return null;
  let largest = 0;
  for (const list of lists) for (const weight of list) largest = Math.max(largest, Math.abs(weight));
  return 1 + bitLength(largest);
}
