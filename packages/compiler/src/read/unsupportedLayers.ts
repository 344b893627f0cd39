import { readBounded } from "./files.ts";
import { parseGraphDef } from "./graph/GraphDef.ts";
import { SUPPORTED_OPS } from "./graph/readGraphModel.ts";
import { JsonValue } from "./json/JsonValue.ts";
import { ALTERNATIVES, SUPPORTED_LAYERS } from "./layers/readLayersModel.ts";
import { isModelJson } from "./modelJson.ts";
import { folderOf } from "./onnx/constants/fold.ts";
import { decodeModel } from "./onnx/file/decodeModel.ts";
import { alternativeTo, isKnownDomain, readerOf } from "./onnx/operators/operators.ts";
import { findModelFile } from "./readModelFile.ts";

/** A layer whose kind has no circuit. */
export interface UnsupportedLayer {
  readonly name: string;
  /** Its class, operation or operator. */
  readonly kind: string;
  /** The nearest that is supported. */
  readonly instead: string;
}

const MAX_LAYERS = 16384;
/** Models within models. */
const MAX_NESTED = 16;
/** Read where their input is known from the start, whatever the operator's readers. */
const SHAPES = ["Shape", "Size"];

/**
 * All layers of a model file whose kind is not supported, in the file's order, where reading it stops at the first. Layers
 * of a supported kind may still be refused for an option, which is not seen here.
 *
 * @param path as of `readModelFile`
 * @throws VerimeshError `MODEL_FILE_INVALID`
 */
export async function unsupportedLayers(path: string): Promise<UnsupportedLayer[]> {
  const file = await findModelFile(path);
  const bytes = await readBounded(file);
  if (file.endsWith(".onnx")) return inOnnx(bytes);
  const json = JsonValue.parse(bytes.toString("utf8").replace(/^\ufeff/, ""), "model");
  if (!isModelJson(json)) return [];
  const topology = json.get("modelTopology");
  if (topology.has("node")) return inGraph(topology);
  return inLayers(topology.has("model_config") ? topology.get("model_config") : topology, 0);
}

function inOnnx(bytes: Uint8Array): UnsupportedLayer[] {
  const nodes = decodeModel(bytes).graph?.node ?? [];
  return nodes.flatMap(({ opType = "", domain = "", name }, index) => {
    const isRead = readerOf(domain, opType) ?? (domain === "" ? folderOf(opType) : undefined);
    if (isRead !== undefined || SHAPES.includes(opType)) return [];
    const instead = isKnownDomain(domain) ? alternativeTo(opType) : "ai.onnx and ai.onnx.ml are supported.";
    return [{ name: name || `${opType}_${index}`, kind: opType, instead }];
  });
}

function inGraph(topology: JsonValue): UnsupportedLayer[] {
  const instead = `Supported are: ${SUPPORTED_OPS.join(", ")}.`;
  return [...parseGraphDef(topology).values()].flatMap(({ name, op }) =>
    SUPPORTED_OPS.includes(op) || op === "NoOp" ? [] : [{ name, kind: op, instead }],
  );
}

function inLayers(layer: JsonValue, depth: number): UnsupportedLayer[] {
  const kind = layer.get("class_name").string();
  const config = layer.get("config");
  // In old files the configuration of a Sequential is the list itself.
  const inner = Array.isArray(config.value) ? config : config.get("layers");
  if (inner.isPresent && depth < MAX_NESTED) {
    return inner.items(MAX_LAYERS).flatMap((nested) => inLayers(nested, depth + 1));
  }
  if (SUPPORTED_LAYERS.includes(kind)) return [];
  const name = config.get("name").isPresent ? config.get("name").string() : kind;
  const supported = `Supported are: ${SUPPORTED_LAYERS.join(", ")}.`;
  return [{ name, kind, instead: Object.hasOwn(ALTERNATIVES, kind) ? ALTERNATIVES[kind]! : supported }];
}
