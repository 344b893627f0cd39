import { floatSourcesOf } from "../../float/shapes.ts";
import type { FloatBinary, FloatModel, FloatNode, FloatSource, UnaryFunction } from "../../float/types.ts";
import { unaryFunction } from "../../float/unaryFunctions.ts";
import { replaceNode } from "./replaceNode.ts";

type Function = (x: number) => number;

/** What activations are spelled out as: more than one use of their input, so that no chain of tables could be one. */
const KNOWN: readonly UnaryFunction[] = [
  { kind: "gelu", approximate: false },
  { kind: "gelu", approximate: true },
  { kind: "swish" },
  { kind: "mish" },
  { kind: "hardSwish" },
  { kind: "softsign" },
  { kind: "selu" },
];
const PROBES = Array.from({ length: 257 }, (_, index) => (index - 128) / 16);
/** Well below what tells the two GELUs apart, 5e-4, and above constants written with seven digits. */
const TOLERANCE = 2e-5;
/** Steps back along a chain, and joins within joins, at most. */
const MAX_STEPS = 16;
const MAX_JOINS = 6;

/** Puts an activation in the place of operations on each element that together compute it of one value. */
export function recognizeFunctions(model: FloatModel): FloatModel {
  let result = model;
  for (let source = 1; source <= result.nodes.length; source++) {
    const node = result.nodes[source - 1]!;
    if (!isJoin(node) && node.op !== "affine") continue;
    const found = findFunction(result.nodes, source);
    if (found === undefined) continue;
    const { name, shape } = node;
    const before = result.nodes.length;
    result = replaceNode(result, source, { op: "unary", name, shape, source: found.base, function: found.function });
    source -= before - result.nodes.length;
  }
  return result;
}

function findFunction(
  nodes: readonly FloatNode[],
  source: FloatSource,
): { base: FloatSource; function: UnaryFunction } | undefined {
  for (const [base, f] of chainOf(nodes, source, 0)) {
    const known = KNOWN.find((candidate) => {
      const expected = unaryFunction(candidate);
      return PROBES.every((x) => Math.abs(f(x) - expected(x)) <= TOLERANCE);
    });
    if (known !== undefined) return { base, function: known };
  }
  return undefined;
}

/** What the node is as a function of one earlier value, for every such value, the nearest first. */
function functionsOf(nodes: readonly FloatNode[], node: FloatBinary, joins: number): Map<FloatSource, Function> {
  const [left, right] = node.sources.map((source) => chainOf(nodes, source, joins)) as [
    Map<FloatSource, Function>,
    Map<FloatSource, Function>,
  ];
  const join = JOINS[node.op];
  const functions = new Map<FloatSource, Function>();
  for (const [base, f] of left) {
    const g = right.get(base);
    if (g !== undefined) functions.set(base, (x) => join(f(x), g(x)));
  }
  return functions;
}

const JOINS: Readonly<Record<FloatBinary["op"], (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  maximum: Math.max,
  minimum: Math.min,
};

/** The values that `source` is computed from element by element, itself first, and by which function. */
function chainOf(nodes: readonly FloatNode[], source: FloatSource, joins: number): Map<FloatSource, Function> {
  const chain = new Map<FloatSource, Function>();
  let f: Function = (x) => x;
  for (let at = source, steps = 0; steps < MAX_STEPS; steps++) {
    chain.set(at, f);
    const node = nodes[at - 1];
    if (node === undefined) break;
    const outer = f;
    if (isJoin(node)) {
      if (joins === MAX_JOINS) break;
      for (const [base, g] of functionsOf(nodes, node, joins + 1))
        if (!chain.has(base)) chain.set(base, (x) => outer(g(x)));
      break;
    }
    const step = elementwise(node);
    if (step === undefined) break;
    f = (x) => outer(step(x));
    at = floatSourcesOf(node)[0]!;
  }
  return chain;
}

function elementwise(node: FloatNode): Function | undefined {
  if (node.op === "unary") return unaryFunction(node.function);
  if (node.op !== "affine" || node.scale.length !== 1 || node.offset.length !== 1) return undefined;
  const [scale, offset] = [node.scale[0]!, node.offset[0]!];
  return (x) => x * scale + offset;
}

function isJoin(node: FloatNode): node is FloatBinary {
  return Object.hasOwn(JOINS, node.op);
}
