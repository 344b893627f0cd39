import { elementCount } from "@verimesh/core";
import type { FloatModel, FloatNode } from "../float/types.ts";
import { printable } from "./text.ts";

/** What a model file holds, as far as it can be told without data. Names are printable. */
export interface ModelInspection {
  readonly format: string;
  readonly inputShape: readonly number[];
  /** Scores at the end. */
  readonly scores: number;
  readonly droppedActivation: FloatModel["droppedActivation"];
  /** Numbers that training chose. */
  readonly parameters: number;
  readonly layers: readonly InspectedLayer[];
}

export interface InspectedLayer {
  readonly name: string;
  /** What it computes: "dense", "unary: gelu", "trees: 100 of depth 4". */
  readonly kind: string;
  readonly shape: readonly number[];
  readonly parameters: number;
}

export function inspectModel({ format, inputShape, nodes, droppedActivation }: FloatModel): ModelInspection {
  const layers = nodes.map((node) => ({
    ...{ name: printable(node.name), kind: kindOf(node), shape: node.shape, parameters: parametersOf(node) },
  }));
  return {
    ...{ format: printable(format), inputShape, scores: elementCount(nodes.at(-1)!.shape), droppedActivation },
    parameters: layers.reduce((sum, { parameters }) => sum + parameters, 0),
    layers,
  };
}

function kindOf(node: FloatNode): string {
  switch (node.op) {
    case "unary":
      return `unary: ${functionText(node.function)}`;
    case "conv2d":
      return `conv2d ${node.kernel.join("×")}${node.groups > 1 ? `, ${node.groups} groups` : ""}`;
    case "averagePool2d":
    case "maxPool2d":
      return `${node.op} ${node.window.join("×")}`;
    case "trees":
      return `trees: ${node.trees.length} of depth ${node.trees.reduce((most, { nodes }) => Math.max(most, depthOf(nodes)), 0)}`;
    default:
      return node.op;
  }
}

function functionText(unary: Extract<FloatNode, { op: "unary" }>["function"]): string {
  if (unary.kind !== "clip") return unary.kind;
  return unary.lo === 0 && unary.hi === Infinity ? "relu" : `clip to ${unary.lo} … ${unary.hi}`;
}

type TreeNodes = Extract<FloatNode, { op: "trees" }>["trees"][number]["nodes"];

/** Readers give trees whose children come after their parents. */
function depthOf(nodes: TreeNodes): number {
  const depths = new Array<number>(nodes.length).fill(0);
  let deepest = 0;
  nodes.forEach((node, k) => {
    if (node.kind !== "split") return;
    for (const child of [node.left, node.right]) deepest = Math.max(deepest, (depths[child] = depths[k]! + 1));
  });
  return deepest;
}

function parametersOf(node: FloatNode): number {
  switch (node.op) {
    case "dense":
    case "conv2d":
      return node.weights.length + node.bias.length;
    case "affine":
      return node.scale.length + node.offset.length;
    case "layerNorm":
      return node.gamma.length + node.beta.length;
    case "embedding":
      return node.table.length;
    case "trees":
      return node.trees.reduce((sum, { nodes }) => sum + nodes.length, node.base.length);
    default:
      return 0;
  }
}
