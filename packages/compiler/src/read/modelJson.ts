import type { io } from "@tensorflow/tfjs-core";
import { VerimeshError } from "@verimesh/core";
import { MAX_FILE_BYTES, readBounded, resolveBeside } from "./files.ts";
import type { JsonValue } from "./json/JsonValue.ts";

const MAX_TENSORS = 16384;
const MAX_RANK = 6;
const MAX_ELEMENTS = 2 ** 26;

/** The weights that a TensorFlow.js `model.json` names: what each tensor is, and their bytes one after the other. */
export interface ModelWeights {
  readonly specs: io.WeightsManifestEntry[];
  readonly data: ArrayBuffer;
}

/** Whether the file is a TensorFlow.js `model.json`, of a Layers or a Graph model. */
export function isModelJson(file: JsonValue): boolean {
  return file.has("modelTopology");
}

/**
 * Reads the weight files of a `model.json`.
 *
 * @param path of the `model.json`
 * @throws VerimeshError `MODEL_FILE_INVALID` for paths outside the folder, missing or overlong files, hostile shapes
 */
export async function readModelWeights(file: JsonValue, path: string): Promise<ModelWeights> {
  const groups = file.get("weightsManifest").isPresent ? file.get("weightsManifest").items(MAX_TENSORS) : [];
  const specs = groups.flatMap((group) => group.get("weights").items(MAX_TENSORS).map(readSpec));
  const buffers: Buffer[] = [];
  let left = MAX_FILE_BYTES;
  for (const shard of groups.flatMap((group) => group.get("paths").items(MAX_TENSORS))) {
    const buffer = await readBounded(await resolveBeside(path, shard.string()), left);
    left -= buffer.length;
    buffers.push(buffer);
  }
  const data = Uint8Array.from(Buffer.concat(buffers)).buffer;
  const expected = specs.reduce((sum, spec) => sum + byteLength(spec), 0);
  if (data.byteLength !== expected) {
    throw new VerimeshError(`The weight files hold ${data.byteLength} bytes.`, {
      code: "MODEL_FILE_INVALID",
      details: `The model's tensors take ${expected}.`,
    });
  }
  return { specs, data };
}

const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

function readSpec(entry: JsonValue): io.WeightsManifestEntry {
  const shape = entry
    .get("shape")
    .items(MAX_RANK)
    .map((size) => size.integer(0, MAX_ELEMENTS));
  if (shape.reduce((product, size) => product * size, 1) > MAX_ELEMENTS)
    entry.get("shape").refuse(`at most ${MAX_ELEMENTS} elements`);
  const dtype = entry.get("dtype").string();
  if (!["float32", "int32", "bool"].includes(dtype)) entry.get("dtype").refuse("float32, int32 or bool");
  const spec = { name: entry.get("name").string(), shape, dtype: dtype as "float32" };
  if (!entry.has("quantization")) return spec;
  const quantization = entry.get("quantization");
  const stored = quantization.get("dtype").string();
  if (!["uint8", "uint16", "float16"].includes(stored)) quantization.get("dtype").refuse("uint8, uint16 or float16");
  if (stored === "float16") return { ...spec, quantization: { dtype: stored } };
  return {
    ...spec,
    quantization: {
      dtype: stored as "uint8",
      scale: quantization.get("scale").number(),
      min: quantization.get("min").number(),
    },
  };
}

function byteLength({ shape, dtype, quantization }: io.WeightsManifestEntry): number {
  return shape.reduce((product, size) => product * size, 1) * BYTES[quantization?.dtype ?? dtype]!;
}
