import { VerimeshError } from "@verimesh/core";
import { readBounded } from "../files.ts";
import type { FloatModel } from "../../float/types.ts";
import { ExternalData } from "./file/ExternalData.ts";
import { decodeModel } from "./file/decodeModel.ts";
import type { ModelMessage } from "./file/messages.ts";
import { isKnownDomain } from "./operators/operators.ts";
import { readGraph, type ReadGraphOptions } from "./readGraph.ts";

export type ReadOnnxModelOptions = ReadGraphOptions;

const MIN_OPSET = 13;
const MIN_IR_VERSION = 7;

/**
 * Reads an ONNX model, as PyTorch, Keras, scikit-learn and boosting libraries export it: opset 13 or newer. The model is
 * what it answers to one sample: the batch axis, symbolic or 1, is left out, and what depends on shapes is computed. A last
 * Softmax, Sigmoid, LogSoftmax, ArgMax, Normalizer or ZipMap is left out, as it changes no order of the scores.
 *
 * Needs an active TensorFlow.js backend where the model takes square roots.
 *
 * @param file path, or the bytes of a model without external data
 * @throws VerimeshError `MODEL_FILE_INVALID` for a damaged or hostile file, or external data outside the model's folder;
 * `LAYER_UNSUPPORTED` naming the operator and what comes nearest; `WEIGHTS_NOT_FINITE`
 * @see https://github.com/onnx/onnx/blob/main/docs/IR.md
 */
export async function readOnnxModel(
  file: string | Uint8Array,
  options: ReadOnnxModelOptions = {},
): Promise<FloatModel> {
  const bytes = typeof file === "string" ? await readBounded(file) : file;
  const model = decodeModel(bytes);
  if (model.graph === undefined) {
    throw new VerimeshError("The file is no ONNX model.", {
      code: "MODEL_FILE_INVALID",
      details: "It holds no graph.",
    });
  }
  const opset = checkVersions(model);
  const external = new ExternalData(typeof file === "string" ? file : undefined);
  return readGraph(model.graph, external, `ONNX opset ${opset}`, options);
}

function checkVersions({ irVersion = 0, opsetImport, functions }: ModelMessage): number {
  const versions = new Map(opsetImport.map(({ domain, version }) => [domain ?? "", version ?? 0]));
  const opset = versions.get("") ?? versions.get("ai.onnx");
  if (irVersion < MIN_IR_VERSION) refuse(`has IR version ${irVersion}`, `Expected ${MIN_IR_VERSION} or newer.`);
  if (opset !== undefined && opset < MIN_OPSET)
    refuse(`has opset ${opset}`, `Export with opset ${MIN_OPSET} or newer.`);
  if (functions.length > 0) refuse("defines functions of its own", "Export with functions inlined.");
  if (opset === undefined && ![...versions.keys()].some(isKnownDomain))
    refuse("names no known operator set", "Expected ai.onnx.");
  return opset ?? MIN_OPSET;
}

function refuse(fact: string, details: string): never {
  throw new VerimeshError(`The ONNX model ${fact}.`, { code: "LAYER_UNSUPPORTED", details });
}
