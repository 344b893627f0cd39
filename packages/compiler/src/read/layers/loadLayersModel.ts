import { loadLayersModel, type LayersModel } from "@tensorflow/tfjs-layers";
import type { io } from "@tensorflow/tfjs-core";
import { VerimeshError } from "@verimesh/core";
import type { JsonValue } from "../json/JsonValue.ts";
import type { ModelWeights } from "../modelJson.ts";

/** Any size in a layer's options, at most. */
const MAX_SIZE = 2 ** 20;
const MAX_VALUES = 2 ** 20;

/**
 * Builds the Layers model that a `model.json` describes, as `model.save()` and the Keras converter write it. Needs an
 * active TensorFlow.js backend.
 *
 * @throws VerimeshError `MODEL_FILE_INVALID` if it is not such a model
 */
export async function buildLayersModel(file: JsonValue, { specs, data }: ModelWeights): Promise<LayersModel> {
  const modelTopology = file.get("modelTopology").object();
  defuse(modelTopology);
  try {
    return await loadLayersModel({
      load: () => Promise.resolve({ modelTopology, weightSpecs: specs, weightData: data } as io.ModelArtifacts),
    });
  } catch (cause) {
    throw new VerimeshError("TensorFlow.js cannot build the Layers model.", {
      code: "MODEL_FILE_INVALID",
      details: `Expected model.json and its weight files, as model.save() writes them. ${String(cause)}`,
      cause,
    });
  }
}

/**
 * Takes out what would cost memory or time before the weights are read: TensorFlow.js fills every weight by its
 * initializer first, at whatever size the options name.
 */
function defuse(topology: object): void {
  const queue: object[] = [topology];
  let values = 0;
  for (const node of queue) {
    for (const [key, value] of Object.entries(node) as [string, unknown][]) {
      if (++values > MAX_VALUES) invalid(`has more than ${MAX_VALUES} values`);
      if (/initializer$/i.test(key)) Object.assign(node, { [key]: { class_name: "Zeros", config: {} } });
      else if (/(regularizer|constraint)$/i.test(key)) Object.assign(node, { [key]: null });
      else if (typeof value === "object" && value !== null) queue.push(value);
      else if (typeof value === "number" && Math.abs(value) > MAX_SIZE && key !== "seed")
        invalid(`has ${key} ${value}`);
    }
  }
}

function invalid(fact: string): never {
  throw new VerimeshError(`The Layers model's description ${fact}.`, {
    code: "MODEL_FILE_INVALID",
    details: `Expected sizes of at most ${MAX_SIZE}.`,
  });
}
