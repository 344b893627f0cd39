import * as tf from "@tensorflow/tfjs-core";
import { VerimeshError, type Shape } from "@verimesh/core";
import { FloatModelBuilder } from "../../float/FloatModelBuilder.ts";
import type { FloatModel } from "../../float/types.ts";
import type { JsonValue } from "../json/JsonValue.ts";
import type { ModelWeights } from "../modelJson.ts";
import { recognizePatterns } from "../recognize/recognizePatterns.ts";
import { ELEMENTWISE_OPS } from "./elementwise.ts";
import { GraphCall, type OpReader } from "./GraphCall.ts";
import { parseGraphDef, parseInput, type GraphNode } from "./GraphDef.ts";
import { LINEAR_OPS } from "./linear.ts";
import { REDUCING_OPS } from "./poolings.ts";
import { REARRANGING_OPS } from "./rearrangements.ts";
import { SLICING_OPS } from "./slices.ts";
import { bareShape, constant, type Constant, type GraphValue } from "./values.ts";

const READERS: Readonly<Record<string, OpReader>> = {
  ...ELEMENTWISE_OPS,
  ...LINEAR_OPS,
  ...REDUCING_OPS,
  ...REARRANGING_OPS,
  ...SLICING_OPS,
};

/** The operations that a graph may have. */
export const SUPPORTED_OPS: readonly string[] = ["Placeholder", "Const", ...Object.keys(READERS)];

/**
 * Reads a TensorFlow.js Graph model, as the converter writes SavedModels: a GraphDef in JSON with its constants in weight
 * files. The batch is read as one sample, and everything that then is constant is computed. Needs an active TensorFlow.js
 * backend.
 *
 * @throws VerimeshError `MODEL_FILE_INVALID` for cycles, missing nodes or tensors, shapes that do not fit;
 * `LAYER_UNSUPPORTED` naming the node, its operation and what is supported; `WEIGHTS_NOT_FINITE`
 */
export function readGraphModel(file: JsonValue, weights: ModelWeights): FloatModel {
  const nodes = parseGraphDef(file.get("modelTopology"));
  const output = outputName(file, nodes);
  const order = topologicalOrder(nodes, output.node);
  const placeholders = order.filter(({ op }) => op === "Placeholder");
  const [placeholder] = placeholders;
  if (placeholder === undefined || placeholders.length > 1) {
    refuse(`The model has ${placeholders.length} inputs.`, "LAYER_UNSUPPORTED", "Expected one.");
  }
  const inputShape = placeholderShape(placeholder);
  const builder = new FloatModelBuilder(bareShape(inputShape));
  const constants = decodeWeights(weights);
  const consumers = consumersOf(order);
  const values = new Map<string, GraphValue[]>([
    [placeholder.name, [{ kind: "tensor", shape: inputShape, source: 0 }]],
  ]);
  for (const node of order) {
    if (node !== placeholder) values.set(node.name, readNode(builder, node, values, constants, consumers));
  }
  const result = values.get(output.node)?.[output.output];
  if (result?.kind !== "tensor") return refuse(`The output "${output.node}" does not depend on the input.`);
  return recognizePatterns(builder.finish("TensorFlow.js Graph", result.source));
}

function readNode(
  builder: FloatModelBuilder,
  node: GraphNode,
  values: ReadonlyMap<string, GraphValue[]>,
  constants: ReadonlyMap<string, Constant>,
  consumers: ReadonlyMap<string, string[]>,
): GraphValue[] {
  if (node.op === "Const") return [constants.get(node.name) ?? refuse(`The weights lack the constant "${node.name}".`)];
  if (!Object.hasOwn(READERS, node.op)) {
    const supported = `Supported are: ${SUPPORTED_OPS.join(", ")}.`;
    refuse(`Node "${node.name}" (${node.op}) is not supported.`, "LAYER_UNSUPPORTED", supported);
  }
  const inputs = node.inputs.map(({ node: name, output }) => {
    return (
      values.get(name)?.[output] ?? refuse(`Node "${node.name}" takes output ${output} of "${name}", which has none.`)
    );
  });
  return [READERS[node.op]!(new GraphCall(builder, node, inputs, consumers.get(node.name) ?? []))].flat();
}

/** The node that the signature names, or the only one that no other consumes. */
function outputName(file: JsonValue, nodes: ReadonlyMap<string, GraphNode>): { node: string; output: number } {
  const own = file.get("signature");
  const outputs = (own.isPresent ? own : file.get("userDefinedMetadata").get("signature")).get("outputs");
  if (outputs.isPresent) {
    const names = outputs.keys();
    if (names.length !== 1) refuse(`The model has ${names.length} outputs.`, "LAYER_UNSUPPORTED", "Expected one.");
    return parseInput(outputs.get(names[0]!).get("name").string());
  }
  const consumed = new Set([...nodes.values()].flatMap(({ inputs }) => inputs.map(({ node }) => node)));
  const last = [...nodes.values()].filter(({ name, op }) => !consumed.has(name) && op !== "Const" && op !== "NoOp");
  if (last.length !== 1)
    refuse(`The model has ${last.length} outputs.`, "LAYER_UNSUPPORTED", "Expected one, or a signature.");
  return { node: last[0]!.name, output: 0 };
}

/** What the output needs, sources first, without recursion. */
function topologicalOrder(nodes: ReadonlyMap<string, GraphNode>, output: string): GraphNode[] {
  const order: GraphNode[] = [];
  const state = new Map<string, "open" | "done">();
  const stack = [output];
  while (stack.length > 0) {
    const name = stack.at(-1)!;
    const node = nodes.get(name) ?? refuse(`There is no node "${name}".`);
    if (state.get(name) === undefined) {
      state.set(name, "open");
      for (const { node: earlier } of node.inputs) {
        if (state.get(earlier) === "open") refuse(`The graph has a cycle through "${earlier}".`);
        if (state.get(earlier) === undefined) stack.push(earlier);
      }
      continue;
    }
    stack.pop();
    if (state.get(name) === "open") order.push(node);
    state.set(name, "done");
  }
  return order;
}

function consumersOf(order: readonly GraphNode[]): Map<string, string[]> {
  const consumers = new Map<string, string[]>();
  for (const { op, inputs } of order) {
    for (const { node } of inputs) {
      const list = consumers.get(node);
      if (list === undefined) consumers.set(node, [op]);
      else list.push(op);
    }
  }
  return consumers;
}

function placeholderShape(node: GraphNode): Shape {
  const shape = node.shape("shape") ?? node.shape("_output_shapes");
  const isFixed = shape !== undefined && shape.length > 0 && shape.slice(1).every((size) => size >= 1);
  if (!isFixed || (shape.length === 1 && shape[0]! < 1)) {
    const text = shape === undefined ? "an open shape" : `shape [${shape.join(", ")}]`;
    return refuse(
      `The input "${node.name}" has ${text}.`,
      "LAYER_UNSUPPORTED",
      "Expected [batch, …] with fixed sizes.",
    );
  }
  const [batch, ...rest] = shape as [number, ...number[]];
  if (batch > 1 && rest.length > 0)
    refuse(
      `The input "${node.name}" takes batches of ${batch}.`,
      "LAYER_UNSUPPORTED",
      "Expected batches of any size, or of 1.",
    );
  return rest.length === 0 ? [batch] : [1, ...rest];
}

function decodeWeights({ specs, data }: ModelWeights): Map<string, Constant> {
  const tensors = tf.io.decodeWeights(data, specs);
  try {
    return new Map(Object.entries(tensors).map(([name, tensor]) => [name, constant(tensor.shape, tensor.dataSync())]));
  } finally {
    tf.dispose(tensors);
  }
}

function refuse(shortMessage: string, code = "MODEL_FILE_INVALID", details?: string): never {
  throw new VerimeshError(shortMessage, { code, details });
}
