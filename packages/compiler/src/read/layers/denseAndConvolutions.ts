import type { Shape } from "@verimesh/core";
import type { FloatSource } from "../../float/types.ts";
import { activate } from "./activations.ts";
import type { LayerCall, LayerReader } from "./LayerCall.ts";

interface Kernel {
  readonly filters: number;
  readonly groups: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** Dense layers, convolutions, embeddings: what has a matrix of weights. */
export const WEIGHTED_LAYERS: Readonly<Record<string, LayerReader>> = {
  Dense: (call) => {
    const units = call.number("units");
    const [weights, bias] = weightsAndBias(call, units);
    const inputs = call.shape.at(-1)!;
    const source = call.source;
    return activate(call, call.builder.add({ op: "dense", name: call.name, source, inputs, units, weights, bias }));
  },
  Conv2D: (call) => {
    const filters = call.number("filters");
    const [weights, bias] = weightsAndBias(call, filters);
    return activate(call, convolve(call, call.source, imageShape(call), { filters, groups: 1, weights, bias }));
  },
  DepthwiseConv2D: (call) => {
    const [height, width, channels] = imageShape(call);
    const filters = channels * call.number("depthMultiplier");
    const [weights, bias] = weightsAndBias(call, filters);
    return activate(call, convolve(call, call.source, [height, width], { filters, groups: channels, weights, bias }));
  },
  SeparableConv2D: (call) => {
    const shape = imageShape(call);
    const hasBias = call.option("useBias") !== false;
    const [depthwise, pointwise, bias] = call.weights(hasBias ? 3 : 2);
    const filters = call.number("filters");
    // Its options do not tell the depth multiplier.
    const between = pointwise!.length / filters;
    const none = new Float32Array(between);
    const kernel = { filters: between, groups: shape[2], weights: depthwise!, bias: none };
    const source = convolve(call, call.source, shape, kernel);
    const result = call.builder.add({
      op: "dense",
      name: `${call.name}/pointwise`,
      source,
      inputs: between,
      units: filters,
      weights: pointwise!,
      bias: bias ?? new Float32Array(filters),
    });
    return activate(call, result);
  },
  Conv1D: (call) => {
    call.requireChannelsLast();
    if (call.shape.length !== 2) call.refuse("takes no sequence", "A sequence [length, channels] is expected.");
    const [length, channels] = call.shape as [number, number];
    const filters = call.number("filters");
    const [weights, bias] = weightsAndBias(call, filters);
    const image = call.builder.reshape(`${call.name}/image`, call.source, [1, length, channels]);
    const result = convolve(call, image, [1, length], { filters, groups: 1, weights, bias });
    return activate(call, call.builder.reshape(`${call.name}/sequence`, result, call.outputShape));
  },
  Embedding: (call) => {
    const [rows, width] = [call.number("inputDim"), call.number("outputDim")];
    const table = call.weights(1)[0]!;
    return call.builder.add({ op: "embedding", name: call.name, source: call.source, rows, width, table });
  },
};

function convolve(call: LayerCall, source: FloatSource, size: Shape, kernel: Kernel): FloatSource {
  const isSequence = call.option("kernelSize") !== undefined && call.shape.length === 2;
  const pair = (name: string): [number, number] => (isSequence ? [1, call.wholeNumbers(name, 1)[0]!] : call.pair(name));
  const [window, strides, dilations] = [pair("kernelSize"), pair("strides"), pair("dilationRate")];
  const reach = window.map((length, axis) => (length - 1) * dilations[axis]! + 1);
  const padding = call.padding(size, reach, strides);
  return call.builder.add({
    op: "conv2d",
    name: call.name,
    source,
    kernel: window,
    strides,
    dilations,
    padding,
    ...kernel,
  });
}

function imageShape(call: LayerCall): readonly [number, number, number] {
  call.requireChannelsLast();
  if (call.shape.length === 3) return call.shape as readonly [number, number, number];
  return call.refuse(`takes [${call.shape.join(", ")}]`, "An image [height, width, channels] is expected.");
}

function weightsAndBias(call: LayerCall, units: number): [weights: Float32Array, bias: Float32Array] {
  const hasBias = call.option("useBias") !== false;
  const [weights, bias] = call.weights(hasBias ? 2 : 1);
  return [weights!, bias ?? new Float32Array(units)];
}
