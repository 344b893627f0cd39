import * as tf from "@tensorflow/tfjs-core";
import type { ModelNode, Shape } from "@verimesh/core";
import { combine, dense } from "./affine.ts";
import { conv2d, sumPool2d } from "./convolve.ts";
import { atLeast, lookup, matMul, maxPool2d, multiply, oneHot, requantize } from "./nonLinear.ts";
import { broadcast, concat, gather, pad, reshape, slice, transpose } from "./rearrange.ts";

/** What a node does to its sources' tensors, in order. All hold integers below 2^24 as float32, without a batch axis. */
export type Operation = (...sources: tf.Tensor[]) => tf.Tensor;

/** Puts constants on the device; they stay there until the node is disposed. */
export type Upload = (values: ArrayLike<number>, shape: Shape, dtype?: "float32" | "int32") => tf.Tensor;

/** A node with its constants on the device. */
export interface UploadedNode {
  readonly operation: Operation;
  dispose(): void;
}

/**
 * Uploads a node's constants to the active backend.
 *
 * @param shape of the node's own values
 */
export function uploadNode(node: ModelNode, sourceShapes: readonly Shape[], shape: Shape): UploadedNode {
  const held: tf.Tensor[] = [];
  const upload: Upload = (values, dimensions, dtype = "float32") => {
    const data = dtype === "float32" ? Float32Array.from(values) : Int32Array.from(values);
    const tensor = tf.keep(tf.tensor(data, [...dimensions], dtype));
    held.push(tensor);
    return tensor;
  };
  return { operation: operationOf(node, sourceShapes, shape, upload), dispose: () => tf.dispose(held) };
}

function operationOf(node: ModelNode, sourceShapes: readonly Shape[], shape: Shape, upload: Upload): Operation {
  switch (node.kind) {
    case "dense":
      return dense(node, shape, upload);
    case "conv2d":
      return conv2d(node, sourceShapes[0]!, shape, upload);
    case "sumPool2d":
      return sumPool2d(node, shape, upload);
    case "combine":
      return combine(node, shape, upload);
    case "reshape":
      return reshape(node);
    case "transpose":
      return transpose(node);
    case "slice":
      return slice(node);
    case "concat":
      return concat(node);
    case "pad":
      return pad(node);
    case "broadcast":
      return broadcast(node);
    case "gather":
      return gather(node, upload);
    case "requantize":
      return requantize(node, upload);
    case "lookup":
      return lookup(node, upload);
    case "maxPool2d":
      return maxPool2d(node, shape);
    case "multiply":
      return multiply();
    case "matMul":
      return matMul();
    case "atLeast":
      return atLeast(node, shape, upload);
    case "oneHot":
      return oneHot(node);
  }
}
