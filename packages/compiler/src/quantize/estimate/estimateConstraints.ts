import {
  bitLength,
  circuitLayout,
  elementCount,
  hullOf,
  isLinear,
  isNonLinear,
  modelBounds,
  nodeShapes,
  outputPackingOf,
  outputWordCount,
  packedWordCount,
  sourcesOf,
  wiring,
  type Bounds,
  type IntegerModel,
  type Interval,
  type ModelBounds,
  type NonLinearNode,
  type Shape,
} from "@verimesh/core";
import { atLeastCost } from "./atLeastCost.ts";
import { chainCost, outputSaltCost } from "./commitmentCost.ts";
import { lookupCost } from "./lookupCost.ts";
import { confinement, matMulCost, multiplyCost } from "./productCost.ts";
import { requantizeCost } from "./requantizeCost.ts";

/** Where a model's constraints are. */
export interface ConstraintEstimate {
  readonly total: number;
  /** The input: its range, packing and commitment. */
  readonly input: number;
  /** The answer: comparisons, packing, commitment. */
  readonly output: number;
  /** Per node: linked rows of a linear one, constraints of a non-linear one. */
  readonly nodes: readonly number[];
}

/** Values that one `Keep` constraint ties. */
const KEPT_TOGETHER = 64;

/**
 * Constraints of a model's linked circuit, without compiling it: those of the templates in `circuits/`, plus one for each
 * linked row. Exact, but that a few fewer remain where constants or one value twice reach a product or comparison. A
 * test compares it with compiled circuits.
 *
 * @param bounds of the model, if they are at hand
 */
export function estimateConstraints(model: IntegerModel, bounds: ModelBounds = modelBounds(model)): ConstraintEstimate {
  const layout = circuitLayout(model);
  const wires = wiring(model, layout);
  const shapes = nodeShapes(model);
  const inputs = elementCount(model.inputShape);
  const named = new Set<number>();
  // The input's bytes are decomposed for their range.
  const bytes = new Set(wires(0).wires);
  const decomposed = new Set(bytes);
  const hasProducts = model.nodes.some(({ kind }) => kind === "multiply" || kind === "matMul");
  const confined = hasProducts ? confinement(model, bounds, wires) : new Map<number, number>();
  let unnamed = 0;
  const nodes = model.nodes.map((node, k) => {
    if (!isNonLinear(node)) return isLinear(node) ? elementCount(shapes[k + 1]!) : 0;
    for (const source of sourcesOf(node)) for (const wire of wires(source).wires) named.add(wire);
    return nonLinearCost(node, {
      bounds: sourcesOf(node).map((source) => bounds.values[source]!),
      shapes: sourcesOf(node).map((source) => shapes[source]!),
      wires: sourcesOf(node).map((source) => wires(source).wires),
      shape: shapes[k + 1]!,
      values: wires(k + 1).wires,
      decomposed,
      bytes,
      confined,
    });
  });
  for (const wire of wires(model.nodes.length).wires) named.add(wire);
  model.nodes.forEach((node, k) => {
    if (isLinear(node)) for (const wire of wires(k + 1).wires) if (!named.has(wire)) unnamed++;
  });
  const input = inputCost(model, inputs) + 1 + Math.ceil(unnamed / KEPT_TOGETHER);
  const output = outputCost(model, bounds.values.at(-1)!, shapes.at(-1)!);
  return { total: input + output + nodes.reduce((sum, cost) => sum + cost, 0), input, output, nodes };
}

interface Surroundings {
  readonly bounds: readonly Bounds[];
  readonly shapes: readonly Shape[];
  readonly wires: readonly Int32Array[];
  /** Of the node itself. */
  readonly shape: Shape;
  readonly values: Int32Array;
  readonly decomposed: Set<number>;
  readonly bytes: ReadonlySet<number>;
  readonly confined: ReadonlyMap<number, number>;
}

function nonLinearCost(node: NonLinearNode, around: Surroundings): number {
  const { bounds, shapes, wires, shape, values, decomposed, bytes, confined } = around;
  const source = bounds[0]!;
  const count = elementCount(shape);
  const intervalOf = (index: number): Interval => ({
    lo: source.lo[index % source.lo.length]!,
    hi: source.hi[index % source.hi.length]!,
  });
  switch (node.kind) {
    case "requantize": {
      // What repeats is told once, where no element is a constant.
      const period = leastCommonMultiple(source.lo.length, node.shifts.length);
      const repeats = wires[0]!.includes(0) || count % period !== 0 ? 1 : count / period;
      let cost = 0;
      for (let i = 0; i < count / repeats; i++) {
        const isConstant = wires[0]![i] === 0;
        cost += isConstant ? 1 : requantizeCost(intervalOf(i), node.shifts[i % node.shifts.length]!, node.lo, node.hi);
      }
      return cost * repeats;
    }
    case "lookup": {
      const reached = hullOf(source);
      const each = lookupCost(node.table, reached.lo - node.lo, reached.hi - node.lo);
      return wires[0]!.reduce((cost, wire) => cost + (wire === 0 ? 1 : each), 0);
    }
    case "maxPool2d":
      return maxPoolCost(node, source, wires[0]!, shapes[0]!, shape);
    case "multiply":
      return multiplyCost(wires[0]!, wires[1]!, values, confined);
    case "matMul": {
      const hasConstants = wires[0]!.includes(0) || wires[1]!.includes(0);
      return matMulCost([shapes[0]!, shapes[1]!], hasConstants, values, confined);
    }
    case "atLeast":
      return atLeastCost(node, wires[0]!, intervalOf, decomposed, (wire) => bytes.has(wire));
    case "oneHot":
      return wires[0]!.reduce((cost, wire) => cost + (wire === 0 ? node.size : node.size + 1), 0);
  }
}

function maxPoolCost(
  node: Extract<NonLinearNode, { kind: "maxPool2d" }>,
  { lo, hi }: Bounds,
  wires: Int32Array,
  [, width, channels]: Shape,
  shape: Shape,
): number {
  const n = node.window[0] * node.window[1];
  if (n === 1) return elementCount(shape);
  let cost = 0;
  for (let index = 0; index < elementCount(shape); index++) {
    const channel = index % channels!;
    const column = Math.floor(index / channels!) % shape[1]!;
    const row = Math.floor(index / channels! / shape[1]!);
    let [least, most, constants] = [Infinity, -Infinity, 0];
    for (let y = 0; y < node.window[0]; y++) {
      for (let x = 0; x < node.window[1]; x++) {
        const at = ((row * node.strides[0] + y) * width! + column * node.strides[1] + x) * channels! + channel;
        least = Math.min(least, lo[at % lo.length]!);
        most = Math.max(most, hi[at % hi.length]!);
        if (wires[at] === 0) constants++;
      }
    }
    const bits = bitLength(most - least);
    // A choice between two constants of the padding is linear.
    cost += n <= bits + 1 ? (n - 1) * (bits + 2) - Math.max(0, constants - 1) : n * (bits + 1) - 1;
  }
  return cost;
}

function inputCost({ hides }: IntegerModel, inputs: number): number {
  const words = packedWordCount(inputs);
  const packing = 8 * inputs + words;
  if (hides !== "nothing") return packing + chainCost(words + 1);
  return packing + (words > 4 ? chainCost(words) : 0);
}

function outputCost(model: IntegerModel, bounds: Bounds, shape: Shape): number {
  const packing = outputPackingOf(model);
  const words = outputWordCount(packing);
  const { lo, hi } = hullOf(bounds);
  const bits = bitLength(hi - lo);
  const scores = elementCount(shape);
  let cost = packing.length * packing.bits + words;
  if (model.output.kind === "argmax" && scores > 1) cost += (scores - 1) * (bits + 3) - 1;
  if (model.output.kind === "topK" && scores > 1) {
    const { k } = model.output;
    const width = bits + bitLength(scores - 1);
    cost += scores * (k + width) + (k - 1) * width;
  }
  return model.hides === "inputAndOutput" ? cost + outputSaltCost() + chainCost(words + 1) : cost;
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
