import { commonPeriod, foldBounds, type Bounds, type NodeBounds } from "../bounds/Bounds.ts";
import { MODEL_LIMITS } from "../limits.ts";
import { channelsOf, elementCount } from "../shapes.ts";
import type { DenseNode } from "../types.ts";
import { checkInteger, checkShape, checkTensor, refuse } from "./checks.ts";
import { BOUNDS_WORK_LIMIT, type LinearKind } from "./NodeKind.ts";

export const dense: LinearKind<DenseNode> = {
  family: "linear",
  tensors: ["weights", "bias"],

  shape(node, [source]) {
    checkInteger(node, "inputs", node.inputs, 1, MODEL_LIMITS.elements);
    checkInteger(node, "units", node.units, 1, MODEL_LIMITS.elements);
    if (channelsOf(source!) !== node.inputs) {
      refuse(node, `takes ${node.inputs} inputs but is given [${source!.join(", ")}]`, `a last axis of ${node.inputs}`);
    }
    checkTensor(node, "weights", node.weights, Int8Array, [node.inputs * node.units]);
    checkTensor(node, "biases", node.bias, Int32Array, [node.units]);
    return checkShape(node, [...source!.slice(0, -1), node.units]);
  },

  work: ({ inputs }, { shape }) => elementCount(shape) * inputs,

  row({ inputs, units, weights, bias }, _shapes, index, add) {
    const o = index % units;
    const first = ((index - o) / units) * inputs;
    for (let i = 0; i < inputs; i++) add(0, first + i, weights[i * units + o]!);
    return bias[o]!;
  },

  plan(node, shapes, [source]) {
    const { inputs, units } = node;
    const rows = commonPeriod(source!.lo.length, inputs) / inputs;
    if (rows * inputs * units <= BOUNDS_WORK_LIMIT) {
      return { node, shapes, bounds: [source!], period: rows * units, starts: [0] };
    }
    return { node, shapes, bounds: [foldBounds(source!, inputs)], period: units, starts: [0] };
  },

  knownBounds: (node, _shapes, [source]) => (source!.oneHot ? boundsOfRows(node, source!) : null),
};

/** A one-hot picks one row of the weights: an embedding. */
function boundsOfRows({ inputs, units, weights, bias }: DenseNode, source: Bounds): NodeBounds {
  const { hi: reachable } = foldBounds(source, inputs);
  const lo = new Float64Array(units).fill(Infinity);
  const hi = new Float64Array(units).fill(-Infinity);
  let executionBound = 0;
  for (let i = 0; i < inputs; i++) {
    if (reachable[i % reachable.length] === 0) continue;
    for (let o = 0; o < units; o++) {
      const weight = weights[i * units + o]!;
      lo[o] = Math.min(lo[o]!, weight + bias[o]!);
      hi[o] = Math.max(hi[o]!, weight + bias[o]!);
      executionBound = Math.max(executionBound, Math.abs(weight) + Math.abs(bias[o]!));
    }
  }
  return { bounds: { lo, hi }, executionBound };
}
