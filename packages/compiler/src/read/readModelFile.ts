import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { VerimeshError } from "@verimesh/core";
import type { FloatModel } from "../float/types.ts";
import { readBounded } from "./files.ts";
import { readGraphModel } from "./graph/readGraphModel.ts";
import { JsonValue } from "./json/JsonValue.ts";
import { buildLayersModel } from "./layers/loadLayersModel.ts";
import { readLayersModel } from "./layers/readLayersModel.ts";
import { isModelJson, readModelWeights } from "./modelJson.ts";
import { readOnnxModel, type ReadOnnxModelOptions } from "./onnx/readOnnxModel.ts";
import { isLightgbmModel, readLightgbm } from "./trees/readLightgbm.ts";
import { isXgboostModel, readXgboost } from "./trees/readXgboost.ts";
import { isXgboostDump, readXgboostDump, type XgboostDumpOptions } from "./trees/readXgboostDump.ts";

export interface ReadModelFileOptions {
  readonly onnx?: ReadOnnxModelOptions;
  /** What an XGBoost dump leaves out; not needed for what `save_model` writes. */
  readonly xgboostDump?: XgboostDumpOptions;
}

const FORMATS =
  "a TensorFlow.js model.json (Layers or Graph), an ONNX file, XGBoost's save_model JSON or LightGBM's dump_model JSON";
/** Tag of `ir_version`, the first field of an ONNX model. */
const ONNX_FIRST_BYTE = 0x08;
/** JSON takes several times its size in memory. */
const MAX_JSON_BYTES = 64 * 2 ** 20;

/**
 * Reads a trained model, telling its format by its content. Weight files are read from the model's own folder alone.
 * Needs an active TensorFlow.js backend.
 *
 * @param path of the file, or of a folder that holds `model.json`, `model.onnx` or a single model file
 * @throws VerimeshError `MODEL_FILE_INVALID` if it is none of the formats, damaged or hostile; `LAYER_UNSUPPORTED` for what
 * cannot be done exactly; `WEIGHTS_NOT_FINITE`; `MODEL_MISREAD`
 */
export async function readModelFile(path: string, options: ReadModelFileOptions = {}): Promise<FloatModel> {
  const file = await findModelFile(path);
  const bytes = await readBounded(file);
  const isJson = /^\s*[{[]/.test(
    bytes
      .subarray(0, 64)
      .toString("latin1")
      .replace(/^\u00ef\u00bb\u00bf/, ""),
  );
  const isOnnx = bytes[0] === ONNX_FIRST_BYTE || file.endsWith(".onnx");
  if (!isJson && isOnnx) return readOnnxModel(file, options.onnx);
  if (!isJson) return invalid(file, "is no known model", `Expected ${FORMATS}.`);
  if (bytes.length > MAX_JSON_BYTES)
    invalid(file, `has ${bytes.length} bytes`, `Expected JSON of at most ${MAX_JSON_BYTES}.`);
  const json = JsonValue.parse(bytes.toString("utf8").replace(/^\ufeff/, ""), "model");
  if (isModelJson(json)) return readTensorflow(json, file);
  if (isXgboostModel(json)) return readXgboost(json);
  if (isLightgbmModel(json)) return readLightgbm(json);
  if (isXgboostDump(json)) {
    if (options.xgboostDump !== undefined) return readXgboostDump(json, options.xgboostDump);
    return invalid(
      file,
      "is an XGBoost dump",
      "It lacks the base score: use save_model, or give xgboostDump's options.",
    );
  }
  return invalid(file, "is no known model", `Expected ${FORMATS}.`);
}

async function readTensorflow(json: JsonValue, path: string): Promise<FloatModel> {
  const weights = await readModelWeights(json, path);
  if (json.get("modelTopology").has("node")) return readGraphModel(json, weights);
  const layersModel = await buildLayersModel(json, weights);
  try {
    return readLayersModel(layersModel);
  } finally {
    layersModel.dispose();
  }
}

/** The file that a path names: itself, or the only model in the folder. */
export async function findModelFile(path: string): Promise<string> {
  const stats = await stat(path).catch((cause: unknown) =>
    invalid(path, "is not there", `Expected ${FORMATS}. ${String(cause)}`),
  );
  if (!stats.isDirectory()) return path;
  const names = await readdir(path);
  const named = ["model.json", "model.onnx"].filter((name) => names.includes(name));
  const candidates = named.length > 0 ? named : names.filter((name) => /\.(json|onnx)$/.test(name));
  if (candidates.length === 1) return join(path, candidates[0]!);
  return invalid(path, `holds ${candidates.length} model files`, `Expected one: ${FORMATS}.`);
}

function invalid(path: string, fact: string, details: string): never {
  throw new VerimeshError(`"${path}" ${fact}.`, { code: "MODEL_FILE_INVALID", details });
}
