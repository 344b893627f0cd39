import type { IntegerModel, Layer, LinearLayer, Shape } from "./types.ts";

/** Number of elements of a shape. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Whether the layer has accumulators; flatten has none. */
export function isLinear(layer: Layer): layer is LinearLayer {
  return layer.kind !== "flatten";
}

/** The linear layers in order: index k of `acc_k` counts these. */
export function linearLayers(model: { readonly layers: readonly Layer[] }): LinearLayer[] {
  return model.layers.filter(isLinear);
}

/** Shape that the layer consumes. */
export function inputShapeOf(layer: Layer): Shape {
  return layer.kind === "dense" ? [layer.inputs] : layer.inputShape;
}

/** Shape that the layer gives. */
export function outputShapeOf(layer: Layer): Shape {
  if (layer.kind === "dense") return [layer.units];
  if (layer.kind === "flatten") return [elementCount(layer.inputShape)];
  return layer.outputShape;
}

/** Size of the last axis of a linear layer's output: shifts and biases are per channel. */
export function channelsOf(layer: LinearLayer): number {
  return layer.kind === "dense" ? layer.units : layer.outputShape[2];
}

/** Number of integers that the last layer gives, before argmax. */
export function scoreCount(model: IntegerModel): number {
  const last = model.layers.at(-1);
  return last === undefined ? 0 : elementCount(outputShapeOf(last));
}
