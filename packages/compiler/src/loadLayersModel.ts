import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadLayersModel, type LayersModel } from "@tensorflow/tfjs-layers";
import type { io } from "@tensorflow/tfjs-core";
import { VerimeshError } from "@verimesh/core";

/**
 * Loads a Layers model from a folder as `tf.LayersModel.save` and the Keras converter write it: `model.json` and the
 * weight files that it names.
 *
 * @throws VerimeshError `MODEL_FILES_INVALID` if a file is missing or is not such a model
 */
export async function loadLayersModelFromFiles(directory: string): Promise<LayersModel> {
  try {
    return await loadLayersModel({ load: () => readArtifacts(directory) });
  } catch (cause) {
    throw new VerimeshError(`"${directory}" does not hold a TensorFlow.js Layers model.`, {
      code: "MODEL_FILES_INVALID",
      details: `Expected model.json and its weight files, as model.save() writes them. ${String(cause)}`,
      cause,
    });
  }
}

async function readArtifacts(directory: string): Promise<io.ModelArtifacts> {
  const json = JSON.parse(await readFile(join(directory, "model.json"), "utf8")) as io.ModelJSON;
  const paths = json.weightsManifest.flatMap((group) => group.paths);
  const outside = paths.find((path) => path.includes("..") || path.startsWith("/"));
  if (outside !== undefined) throw new Error(`weight file "${outside}" is outside the folder`);
  const buffers = await Promise.all(paths.map((path) => readFile(join(directory, path))));
  return {
    modelTopology: json.modelTopology,
    weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
    weightData: Uint8Array.from(Buffer.concat(buffers)).buffer,
  };
}
