import type { LayerArchitecture, ModelArchitecture, TensorReference } from "../manifest/types.ts";
import { validateModel } from "../model/validateModel.ts";
import type { IntegerModel, Layer, Shape } from "../model/types.ts";

export interface SerializedModel {
  readonly architecture: ModelArchitecture;
  /** Tensors in layer order, weights before bias, each at the next multiple of 4, zeros between. */
  readonly weights: Uint8Array;
}

/** Where the next tensor starts. */
export function alignTensor(offset: number): number {
  return Math.ceil(offset / 4) * 4;
}

/**
 * Splits a model into its architecture, which goes into the manifest, and its weights file. The same model gives the
 * same bytes.
 *
 * @throws VerimeshError as `validateModel`
 */
export function serializeWeights(model: IntegerModel): SerializedModel {
  validateModel(model);
  const chunks: { offset: number; bytes: Uint8Array }[] = [];
  let end = 0;
  const append = (bytes: Uint8Array): number => {
    const offset = alignTensor(end);
    chunks.push({ offset, bytes });
    end = offset + bytes.length;
    return offset;
  };
  const layers = model.layers.map((layer) => layerArchitecture(layer, append));
  const weights = new Uint8Array(end);
  for (const { offset, bytes } of chunks) weights.set(bytes, offset);
  return {
    architecture: { format: model.format, inputShape: model.inputShape, output: model.output, layers },
    weights,
  };
}

function layerArchitecture(layer: Layer, append: (bytes: Uint8Array) => number): LayerArchitecture {
  if (layer.kind === "flatten" || layer.kind === "averagePool2d") return layer;
  const shape = weightShapeOf(layer);
  const { weights, bias, ...rest } = layer;
  const weightReference: TensorReference = {
    dtype: "int8",
    shape,
    offset: append(new Uint8Array(weights.buffer, weights.byteOffset, weights.length)),
  };
  const biasReference: TensorReference = { dtype: "int32", shape: [bias.length], offset: append(int32Bytes(bias)) };
  return { ...rest, weights: weightReference, bias: biasReference };
}

/** Shape of a layer's weight tensor. */
export function weightShapeOf(
  layer: { readonly kind: "dense"; readonly inputs: number; readonly units: number } | Conv2dShapes,
): Shape {
  if (layer.kind === "dense") return [layer.inputs, layer.units];
  return [...layer.kernel, layer.inputShape[2], layer.outputShape[2]];
}

interface Conv2dShapes {
  readonly kind: "conv2d";
  readonly kernel: readonly [number, number];
  readonly inputShape: readonly [number, number, number];
  readonly outputShape: readonly [number, number, number];
}

function int32Bytes(values: Int32Array): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setInt32(4 * index, value, true));
  return bytes;
}
