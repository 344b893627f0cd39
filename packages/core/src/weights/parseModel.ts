import { VerimeshError } from "../errors/VerimeshError.ts";
import type { LayerArchitecture, ModelArchitecture, TensorReference } from "../manifest/types.ts";
import { MODEL_LIMITS } from "../model/limits.ts";
import { elementCount } from "../model/shapes.ts";
import type { IntegerModel, Layer, Shape } from "../model/types.ts";
import { validateModel } from "../model/validateModel.ts";
import { alignTensor, weightShapeOf } from "./serializeWeights.ts";

/**
 * Puts a model together from its architecture and its weights file, which may come from anyone: every tensor must lie
 * exactly where `serializeWeights` puts it, nothing may be missing or left over, and the model must be valid.
 *
 * @param architecture of a parsed manifest (`parseManifest`)
 * @throws VerimeshError `WEIGHTS_INVALID`, or as `validateModel`
 */
export function parseModel(architecture: ModelArchitecture, bytes: Uint8Array): IntegerModel {
  if (architecture.layers.length > MODEL_LIMITS.layers) invalid(`The model has ${architecture.layers.length} layers.`);
  const file = new WeightsFile(bytes);
  const layers = architecture.layers.map((layer) => readLayer(layer, file));
  file.finish();
  const model: IntegerModel = {
    format: architecture.format,
    inputShape: architecture.inputShape,
    output: architecture.output,
    layers,
  };
  validateModel(model);
  return model;
}

function readLayer(layer: LayerArchitecture, file: WeightsFile): Layer {
  if (layer.kind === "flatten" || layer.kind === "averagePool2d") return layer;
  const shape = weightShapeOf(layer);
  const weights = file.read(layer.name, "weights", layer.weights, "int8", shape);
  const bias = file.read(layer.name, "bias", layer.bias, "int32", shape.slice(-1));
  return {
    ...layer,
    weights: new Int8Array(weights.buffer, weights.byteOffset, weights.length),
    bias: int32Values(bias),
  };
}

/** Reads tensors in order and accounts for every byte. */
class WeightsFile {
  private readonly bytes: Uint8Array;
  private end = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  read(
    layer: string,
    part: string,
    reference: TensorReference,
    dtype: TensorReference["dtype"],
    shape: Shape,
  ): Uint8Array {
    const name = `The ${part} of layer "${layer}"`;
    if (reference.dtype !== dtype) invalid(`${name} are ${reference.dtype}; expected ${dtype}.`);
    if (reference.shape.length !== shape.length || reference.shape.some((size, axis) => size !== shape[axis])) {
      invalid(`${name} have shape [${reference.shape.join(", ")}]; expected [${shape.join(", ")}].`);
    }
    const count = elementCount(shape);
    if (!(count <= MODEL_LIMITS.weights))
      invalid(`${name} have ${count} elements; at most ${MODEL_LIMITS.weights} are allowed.`);
    const start = alignTensor(this.end);
    if (reference.offset !== start)
      invalid(`${name} are said to start at byte ${reference.offset}; expected ${start}.`);
    const end = start + count * (dtype === "int8" ? 1 : 4);
    if (end > this.bytes.length) invalid(`${name} end at byte ${end}; the file has ${this.bytes.length}.`);
    if (this.bytes.subarray(this.end, start).some((byte) => byte !== 0))
      invalid(`The bytes before ${name} are not zero.`);
    this.end = end;
    return this.bytes.slice(start, end);
  }

  finish(): void {
    if (this.end !== this.bytes.length)
      invalid(`The tensors end at byte ${this.end}; the file has ${this.bytes.length}.`);
  }
}

function int32Values(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Int32Array.from({ length: bytes.length / 4 }, (_, index) => view.getInt32(4 * index, true));
}

function invalid(shortMessage: string): never {
  throw new VerimeshError(shortMessage, {
    code: "WEIGHTS_INVALID",
    details:
      "The weights file or the architecture is corrupt, or they do not belong together. The model cannot be used.",
  });
}
