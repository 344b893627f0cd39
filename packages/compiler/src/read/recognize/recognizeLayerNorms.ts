import { elementCount, Random } from "@verimesh/core";
import { dependsOnlyOn, keepReachable } from "../../float/reachable.ts";
import { runFloat } from "../../float/runFloat.ts";
import { floatSourcesOf } from "../../float/shapes.ts";
import type { FloatLayerNorm, FloatModel, FloatNode, FloatSource, UnaryFunction } from "../../float/types.ts";
import { replaceNode } from "./replaceNode.ts";

/** Operations after the square root among which the end of a layer normalisation is looked for. */
const MAX_REACH = 24;
const SAMPLES = 6;
const TOLERANCE = 1e-3;
const MAX_ELEMENTS = 2 ** 16;
/** Of these alone: where nothing clips or chooses, few values tell two functions apart. */
const OPERATIONS: readonly FloatNode["op"][] = [
  ...(["affine", "add", "subtract", "multiply", "averagePool2d"] as const),
  ...(["reshape", "transpose", "broadcast", "slice"] as const),
];
const FUNCTIONS: readonly UnaryFunction["kind"][] = ["sqrt", "reciprocal", "square"];

/**
 * Puts layer normalisations in the place of the operations that compute them: around every square root, a group that
 * depends on one value and gives `(x − mean) / sqrt(variance + epsilon) · gamma + beta` of it on random values.
 */
export function recognizeLayerNorms(model: FloatModel): FloatModel {
  let result = model;
  for (let source = 1; source <= result.nodes.length; source++) {
    const found = findLayerNorm(result, source);
    if (found === undefined) continue;
    result = replaceNode(result, found.output, found.node);
    source = 0;
  }
  return result;
}

function findLayerNorm(
  model: FloatModel,
  root: FloatSource,
): { output: FloatSource; node: FloatLayerNorm } | undefined {
  const { nodes } = model;
  const sqrt = nodes[root - 1]!;
  if (sqrt.op !== "unary" || sqrt.function.kind !== "sqrt") return undefined;
  const shifted = nodes[sqrt.source - 1];
  if (shifted?.op !== "affine" || shifted.offset.length !== 1) return undefined;
  const epsilon = shifted.offset[0]!;
  const input = centredValue(nodes, sqrt.source);
  if (input === undefined) return undefined;
  const shape = input === 0 ? model.inputShape : nodes[input - 1]!.shape;
  if (shape.at(-1)! < 2 || elementCount(shape) > MAX_ELEMENTS) return undefined;
  for (let output = Math.min(nodes.length, root + MAX_REACH); output > root; output--) {
    const end = nodes[output - 1]!;
    if (end.shape.join() !== shape.join()) continue;
    if (!dependsOnlyOn(nodes, output, input)) continue;
    const part: FloatModel = { ...model, inputShape: shape, nodes: keepReachable(nodes, output, input) };
    if (!part.nodes.every(isArithmetic)) continue;
    if (!part.nodes.some((node) => node.op === "unary" && node.function.kind === "sqrt")) continue;
    const fitted = fit(part, epsilon);
    if (fitted !== undefined) {
      return { output, node: { op: "layerNorm", name: end.name, shape, source: input, epsilon, ...fitted } };
    }
  }
  return undefined;
}

function isArithmetic(node: FloatNode): boolean {
  return node.op === "unary" ? FUNCTIONS.includes(node.function.kind) : OPERATIONS.includes(node.op);
}

/** Back from a variance: the value from which its mean was subtracted. */
function centredValue(nodes: readonly FloatNode[], source: FloatSource): FloatSource | undefined {
  for (let at = source; at > 0;) {
    const node = nodes[at - 1]!;
    if (node.op === "subtract") return node.sources[0];
    const sources = new Set(floatSourcesOf(node));
    if (sources.size !== 1) return undefined;
    at = [...sources][0]!;
  }
  return undefined;
}

/** Gamma and beta per channel if the part is a layer normalisation with that epsilon. */
function fit(part: FloatModel, epsilon: number): { gamma: Float32Array; beta: Float32Array } | undefined {
  const { inputShape } = part;
  const channels = inputShape.at(-1)!;
  const random = new Random(1);
  const spreads = [0.1, 0.3, 1, 2, 4, 8];
  const samples = Array.from({ length: SAMPLES }, (_, index) =>
    Float32Array.from({ length: elementCount(inputShape) }, () => spreads[index]! * (2 * random.next() - 1) + 0.3),
  );
  const given = runFloat(part, samples).map((values) => values.at(-1)!);
  const normal = samples.map((sample) => normalize(sample, channels, epsilon));
  const [gamma, beta] = [new Float32Array(channels), new Float32Array(channels)];
  for (let o = 0; o < channels; o++) {
    const x = normal.map((values) => values[o]!);
    const y = given.map((values) => values[o]!);
    const [low, high] = [x.indexOf(Math.min(...x)), x.indexOf(Math.max(...x))];
    gamma[o] = (y[high]! - y[low]!) / (x[high]! - x[low]!);
    beta[o] = y[low]! - gamma[o]! * x[low]!;
  }
  const fits = given.every((values, sample) =>
    values.every((value, index) => {
      const expected = normal[sample]![index]! * gamma[index % channels]! + beta[index % channels]!;
      return Math.abs(value - expected) <= TOLERANCE * (1 + Math.abs(expected));
    }),
  );
  return fits ? { gamma, beta } : undefined;
}

function normalize(values: Float32Array, channels: number, epsilon: number): Float64Array {
  const result = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += channels) {
    const row = values.subarray(start, start + channels);
    const mean = row.reduce((sum, value) => sum + value, 0) / channels;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / channels;
    row.forEach((value, o) => (result[start + o] = (value - mean) / Math.sqrt(variance + epsilon)));
  }
  return result;
}
