import { VerimeshError, type Shape } from "@verimesh/core";
import { FloatModelBuilder } from "../../float/FloatModelBuilder.ts";
import type { FloatModel } from "../../float/types.ts";
import { recognizePatterns } from "../recognize/recognizePatterns.ts";
import { foldShape, folderOf } from "./constants/fold.ts";
import type { ExternalData } from "./file/ExternalData.ts";
import type { GraphMessage, NodeMessage } from "./file/messages.ts";
import { readTensor } from "./file/readTensor.ts";
import { modelInputOf, type ModelInput } from "./modelInput.ts";
import { scoresOf, scoresOutputOf } from "./modelOutput.ts";
import { OnnxCall, printable } from "./OnnxCall.ts";
import { alternativeTo, isKnownDomain, readerOf } from "./operators/operators.ts";
import { TensorWriter } from "./TensorWriter.ts";
import type { OnnxValue } from "./values.ts";

export interface ReadGraphOptions {
  /** Shape of a sample without batch, for a file that leaves more than the batch open. */
  readonly inputShape?: Shape | undefined;
  /** Which output gives the scores, for a file with several. */
  readonly output?: string | undefined;
}

const MAX_NODES = 2 ** 14;

/**
 * Walks the graph's operators in their order, those that the scores depend on, each with the values of its inputs.
 *
 * @throws VerimeshError see `readOnnxModel`
 */
export async function readGraph(
  graph: GraphMessage,
  external: ExternalData,
  format: string,
  options: ReadGraphOptions,
): Promise<FloatModel> {
  if (graph.node.length > MAX_NODES) invalid(`has ${graph.node.length} operators`, `Expected at most ${MAX_NODES}.`);
  if (graph.sparseInitializer.length > 0) invalid("has sparse tensors", "Expected dense ones.");
  const input = modelInputOf(graph, options.inputShape);
  const output = scoresOutputOf(graph, options.output);
  const needed = neededNames(graph.node, output);
  const builder = new FloatModelBuilder(input.sampleShape);
  const writer = new TensorWriter(builder);
  const values = await startValues(graph, external, input, needed);
  graph.node.forEach((node, index) => {
    if (!node.output.some((name) => needed.has(name))) return;
    const results = readNode(node, index, values, writer);
    node.output.forEach((name, position) => {
      const result = results[position];
      if (name === "" || result === undefined) return;
      if (values.has(name)) invalid(`gives "${printable(name)}" twice`, "Expected each name once.");
      values.set(name, result);
    });
  });
  const scores =
    values.get(output) ?? invalid(`never computes its output "${printable(output)}"`, "The file is damaged.");
  return recognizePatterns(builder.finish(format, scoresOf(scores, writer, builder)));
}

/** Initializers that something needs, and the input. */
async function startValues(
  graph: GraphMessage,
  external: ExternalData,
  input: ModelInput,
  needed: ReadonlySet<string>,
): Promise<Map<string, OnnxValue>> {
  const values = new Map<string, OnnxValue>();
  for (const tensor of graph.initializer) {
    const name = tensor.name ?? "";
    if (values.has(name)) invalid(`has tensor "${printable(name)}" twice`, "Expected each name once.");
    if (needed.has(name)) values.set(name, await readTensor(tensor, external));
  }
  const { kind, shape, hasBatch } = input;
  values.set(input.name, { is: "tensor", kind, shape, source: 0, isChannelsLast: false, hasBatch });
  return values;
}

function readNode(
  node: NodeMessage,
  index: number,
  values: ReadonlyMap<string, OnnxValue>,
  writer: TensorWriter,
): readonly (OnnxValue | undefined)[] {
  const operator = printable(node.opType ?? "");
  const domain = node.domain ?? "";
  const inputs = node.input.map((name) => {
    if (name === "") return undefined;
    return (
      values.get(name) ??
      invalid(
        `uses "${printable(name)}" in ${operator} before it is there`,
        "Expected operators in order, without cycles.",
      )
    );
  });
  const call = new OnnxCall(writer, node, index, inputs);
  if (!isKnownDomain(domain))
    call.refuse(`is of the domain "${printable(domain)}"`, "ai.onnx and ai.onnx.ml are supported.");
  const isStandard = domain === "" || domain === "ai.onnx";
  const [first] = inputs;
  if (isStandard && (operator === "Shape" || operator === "Size")) {
    const value = call.input(0);
    return [foldShape(call, value.is === "label" ? call.tensor(0).shape : value.shape)];
  }
  if (inputs.every((value) => value === undefined || value.is === "constant") && isStandard) {
    const fold = folderOf(operator);
    if (fold !== undefined) {
      if (operator !== "Constant") call.input(0);
      return listOf(
        fold(
          call,
          inputs.filter((value) => value?.is === "constant"),
        ),
      );
    }
  }
  if (first?.is === "label" && ["Cast", "Identity", "Reshape", "Squeeze"].includes(operator)) return [first];
  const read = readerOf(domain, operator) ?? call.refuse("is not supported", alternativeTo(operator));
  return listOf(read(call));
}

function listOf<Value extends OnnxValue>(values: Value | readonly Value[]): readonly Value[] {
  return Array.isArray(values) ? (values as readonly Value[]) : [values as Value];
}

/** The names that lead to the output. */
function neededNames(nodes: readonly NodeMessage[], output: string): Set<string> {
  const needed = new Set([output]);
  for (const node of [...nodes].reverse()) {
    if (node.output.some((name) => name !== "" && needed.has(name))) for (const name of node.input) needed.add(name);
  }
  return needed;
}

function invalid(fact: string, details: string): never {
  throw new VerimeshError(`The ONNX graph ${fact}.`, { code: "MODEL_FILE_INVALID", details });
}
