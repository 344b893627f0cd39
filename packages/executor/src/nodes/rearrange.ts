import * as tf from "@tensorflow/tfjs-core";
import type {
  BroadcastNode,
  ConcatNode,
  GatherNode,
  PadNode,
  ReshapeNode,
  SliceNode,
  TransposeNode,
} from "@verimesh/core";
import type { Operation, Upload } from "./upload.ts";

export function reshape({ shape }: ReshapeNode): Operation {
  return (x) => tf.reshape(x, [...shape]);
}

export function transpose({ permutation }: TransposeNode): Operation {
  return (x) => tf.transpose(x, [...permutation]);
}

export function slice({ begin, size, strides }: SliceNode): Operation {
  if (strides.every((stride) => stride === 1)) return (x) => tf.slice(x, [...begin], [...size]);
  const end = begin.map((first, axis) => first + (size[axis]! - 1) * strides[axis]! + 1);
  return (x) => tf.stridedSlice(x, [...begin], end, [...strides]);
}

export function concat({ axis }: ConcatNode): Operation {
  return (...sources) => tf.concat(sources, axis);
}

export function pad({ before, after, value }: PadNode): Operation {
  const widths = before.map((count, axis): [number, number] => [count, after[axis]!]);
  return (x) => tf.pad(x, widths, value);
}

export function broadcast({ shape }: BroadcastNode): Operation {
  return (x) => tf.broadcastTo(x, [...shape]);
}

export function gather({ indices, shape }: GatherNode, upload: Upload): Operation {
  const positions = upload(indices, [indices.length], "int32") as tf.Tensor1D;
  return (x) => tf.reshape(tf.gather(tf.reshape(x, [-1]), positions), [...shape]);
}
