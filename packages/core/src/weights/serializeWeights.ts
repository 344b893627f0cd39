import type { ModelArchitecture, NodeArchitecture, TensorReference } from "../manifest/types.ts";
import { kindOf } from "../model/nodes/kinds.ts";
import type { IntegerModel, ModelNode } from "../model/types.ts";
import { validateModel } from "../model/validateModel.ts";

export interface SerializedModel {
  readonly architecture: ModelArchitecture;
  /** Tensors in the order of the nodes and of their kinds' `tensors`, each at the next multiple of 4, zeros between. */
  readonly weights: Uint8Array;
}

/** Where the next tensor starts. */
export function alignTensor(offset: number): number {
  return Math.ceil(offset / 4) * 4;
}

/**
 * Splits a model into its architecture, which goes into the manifest, and its weights file: weights of dense and conv2d
 * are int8, all other tensors int32. The same model gives the same bytes.
 *
 * @throws VerimeshError as `validateModel`
 */
export function serializeWeights(model: IntegerModel): SerializedModel {
  validateModel(model);
  const chunks: { offset: number; bytes: Uint8Array }[] = [];
  let end = 0;
  const append = (tensor: Int8Array | Int32Array): TensorReference => {
    const bytes = bytesOf(tensor);
    const offset = alignTensor(end);
    chunks.push({ offset, bytes });
    end = offset + bytes.length;
    return { dtype: tensor instanceof Int8Array ? "int8" : "int32", length: tensor.length, offset };
  };
  const nodes = model.nodes.map((node) => nodeArchitecture(node, append));
  const weights = new Uint8Array(end);
  for (const { offset, bytes } of chunks) weights.set(bytes, offset);
  const { format, inputShape, output, hides } = model;
  return { architecture: { format, inputShape, output, hides, nodes }, weights };
}

function nodeArchitecture(
  node: ModelNode,
  append: (tensor: Int8Array | Int32Array) => TensorReference,
): NodeArchitecture {
  const fields: Record<string, unknown> = { ...node };
  for (const field of kindOf(node).tensors) {
    const tensor = fields[field] as Int8Array | Int32Array | readonly Int32Array[];
    fields[field] = Array.isArray(tensor) ? tensor.map(append) : append(tensor as Int32Array);
  }
  return fields as unknown as NodeArchitecture;
}

function bytesOf(values: Int8Array | Int32Array): Uint8Array {
  if (values instanceof Int8Array) return new Uint8Array(values.buffer, values.byteOffset, values.length);
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setInt32(4 * index, value, true));
  return bytes;
}
