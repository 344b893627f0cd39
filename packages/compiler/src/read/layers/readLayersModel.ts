import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs-layers";
import type * as tf from "@tensorflow/tfjs-core";
import { VerimeshError, type Shape } from "@verimesh/core";
import { FloatModelBuilder } from "../../float/FloatModelBuilder.ts";
import type { FloatModel, FloatSource } from "../../float/types.ts";
import { checkReading } from "../checkReading.ts";
import { ACTIVATION_LAYERS } from "./activations.ts";
import { WEIGHTED_LAYERS } from "./denseAndConvolutions.ts";
import { LayerCall, type Layer, type LayerReader } from "./LayerCall.ts";
import { MERGE_LAYERS } from "./merges.ts";
import { NORMALIZATION_LAYERS } from "./normalizations.ts";
import { POOLING_LAYERS } from "./poolings.ts";
import { REARRANGING_LAYERS } from "./rearrangements.ts";

const READERS: Readonly<Record<string, LayerReader>> = {
  ...WEIGHTED_LAYERS,
  ...POOLING_LAYERS,
  ...NORMALIZATION_LAYERS,
  ...ACTIVATION_LAYERS,
  ...MERGE_LAYERS,
  ...REARRANGING_LAYERS,
};

/** The layers that a model may have, by class name. */
export const SUPPORTED_LAYERS: readonly string[] = ["InputLayer", "Sequential", "Functional", ...Object.keys(READERS)];

/** What to use in place of a layer that is not supported. */
export const ALTERNATIVES: Readonly<Record<string, string>> = {
  PReLU: "Use LeakyReLU, whose slope is one number.",
  ThresholdedReLU: "Use ReLU.",
  Conv2DTranspose: "Use UpSampling2D and Conv2D.",
  TimeDistributed: "Dense works on the last axis by itself; for other layers fold the steps into an image.",
  LSTM: "Use Conv1D, or attention over an Embedding.",
  GRU: "Use Conv1D, or attention over an Embedding.",
  SimpleRNN: "Use Conv1D, or attention over an Embedding.",
  Masking: "Use inputs of fixed length.",
};

/** Longest path of layers; reading recurses along it. */
const MAX_DEPTH = 1024;

/**
 * Reads a trained TensorFlow.js Layers model, sequential or functional, with branches and nested models, and checks that
 * the reading gives the model's own predictions. Needs an active TensorFlow.js backend. A last softmax or sigmoid is
 * dropped, see `FloatModel`.
 *
 * @throws VerimeshError `LAYER_UNSUPPORTED` naming the layer, its class and what is supported; `WEIGHTS_NOT_FINITE`;
 * `MODEL_FILE_INVALID`; `MODEL_MISREAD`
 */
export function readLayersModel(layersModel: LayersModel): FloatModel {
  const builder = new FloatModelBuilder(inputShapeOf(layersModel));
  const known = new Map<SymbolicTensor, FloatSource>([[layersModel.inputs[0]!, 0]]);
  const output = new LayersReader(builder).read(layersModel.outputs[0]!, known, 0);
  const model = builder.finish("TensorFlow.js Layers", output);
  checkReading(model, (samples) => layersModel.predict(samples) as tf.Tensor);
  return model;
}

class LayersReader {
  private readonly builder: FloatModelBuilder;

  constructor(builder: FloatModelBuilder) {
    this.builder = builder;
  }

  /** @param known what has been read already in this model or, in a nested one, in this use of it */
  read(tensor: SymbolicTensor, known: Map<SymbolicTensor, FloatSource>, depth: number): FloatSource {
    const before = known.get(tensor);
    if (before !== undefined) return before;
    const layer = tensor.sourceLayer;
    if (depth > MAX_DEPTH) refuse(layer, `lies more than ${MAX_DEPTH} layers deep`);
    if (layer.getClassName() === "InputLayer") refuse(layer, "is a further input", "One input is supported.");
    const sources = tensor.inputs.map((input) => this.read(input, known, depth + 1));
    const source = isModel(layer)
      ? this.readNested(layer, sources, tensor, depth)
      : this.readLayer(layer, sources, tensor);
    known.set(tensor, source);
    return source;
  }

  private readNested(model: LayersModel, sources: FloatSource[], tensor: SymbolicTensor, depth: number): FloatSource {
    const known = new Map(model.inputs.map((input, index) => [input, sources[index]!]));
    return this.read(model.outputs[tensor.outputTensorIndex ?? 0]!, known, depth + 1);
  }

  private readLayer(layer: Layer, sources: FloatSource[], tensor: SymbolicTensor): FloatSource {
    const className = layer.getClassName();
    if (!Object.hasOwn(READERS, className)) {
      const supported = `Supported are: ${SUPPORTED_LAYERS.join(", ")}.`;
      refuse(layer, "is not supported", [ALTERNATIVES[className], supported].filter(Boolean).join(" "));
    }
    const call = new LayerCall(this.builder, layer, tensor, sources);
    const source = READERS[className]!(call);
    const shape = this.builder.shapeOf(source);
    if (shape.join() !== call.outputShape.join()) {
      throw new VerimeshError(`Layer "${layer.name}" was read to give [${shape.join(", ")}].`, {
        code: "MODEL_MISREAD",
        details: `TensorFlow.js says [${call.outputShape.join(", ")}]. An option is not understood; please report it.`,
      });
    }
    return source;
  }
}

function isModel(layer: Layer): layer is LayersModel & Layer {
  return "layers" in layer && "outputs" in layer;
}

function inputShapeOf(model: LayersModel): Shape {
  const shape = model.inputs[0]?.shape.slice(1) ?? [];
  if (model.inputs.length === 1 && model.outputs.length === 1 && shape.length > 0 && !shape.includes(null)) {
    return shape as number[];
  }
  throw new VerimeshError(
    `The model takes ${model.inputs.length} inputs, the first of shape [${shape.join(", ")}], and gives ${model.outputs.length} outputs.`,
    { code: "LAYER_UNSUPPORTED", details: "Expected one input of fixed shape and one output." },
  );
}

function refuse(layer: Layer, fact: string, details?: string): never {
  throw new VerimeshError(`Layer "${layer.name}" (${layer.getClassName()}) ${fact}.`, {
    code: "LAYER_UNSUPPORTED",
    details,
  });
}
