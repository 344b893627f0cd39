import { channelsOf, elementCount } from "../shapes.ts";
import type { Shape, SumPool2dNode, MaxPool2dNode } from "../types.ts";
import { checkImage, checkIntegers, checkShape, windowCount } from "./checks.ts";
import { MODEL_LIMITS } from "../limits.ts";
import type { NodeShapes } from "./NodeKind.ts";

/** Pooling: per channel over windows of `[height, width, channels]`, no padding. */
type PoolNode = SumPool2dNode | MaxPool2dNode;

/** Checks window and strides, and gives the shape of the result. */
export function poolShape(node: PoolNode, source: Shape): Shape {
  const [height, width, channels] = checkImage(node, source);
  checkIntegers(node, "window", node.window, 2, 1, MODEL_LIMITS.elements);
  checkIntegers(node, "strides", node.strides, 2, 1, MODEL_LIMITS.elements);
  const outHeight = windowCount(node, height, node.window[0], node.strides[0]);
  const outWidth = windowCount(node, width, node.window[1], node.strides[1]);
  return checkShape(node, [outHeight, outWidth, channels]);
}

export function poolWork({ window }: PoolNode, { shape }: NodeShapes): number {
  return elementCount(shape) * window[0] * window[1];
}

/** Tells the source's elements that result `index` is made of. */
export function eachOfWindow(
  { window, strides }: PoolNode,
  { sources, shape }: NodeShapes,
  index: number,
  visit: (element: number) => void,
): void {
  const channels = channelsOf(shape);
  const width = sources[0]![1]!;
  const channel = index % channels;
  const pixel = (index - channel) / channels;
  const top = Math.floor(pixel / shape[1]!) * strides[0];
  const left = (pixel % shape[1]!) * strides[1];
  for (let y = top; y < top + window[0]; y++) {
    for (let x = left; x < left + window[1]; x++) visit((y * width + x) * channels + channel);
  }
}
