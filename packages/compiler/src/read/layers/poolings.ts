import type { Shape } from "@verimesh/core";
import type { FloatSource } from "../../float/types.ts";
import type { LayerCall, LayerReader } from "./LayerCall.ts";

/** Pooling over images and, as images of height 1, over sequences. */
export const POOLING_LAYERS: Readonly<Record<string, LayerReader>> = {
  MaxPooling2D: (call) => maximum(call, call.pair("poolSize"), call.pair("strides")),
  MaxPooling1D: (call) => maximum(call, [1, single(call, "poolSize")], [1, single(call, "strides")]),
  AveragePooling2D: (call) => average(call, call.pair("poolSize"), call.pair("strides")),
  AveragePooling1D: (call) => average(call, [1, single(call, "poolSize")], [1, single(call, "strides")]),
  GlobalMaxPooling2D: (call) => globally(call, "maxPool2d"),
  GlobalMaxPooling1D: (call) => globally(call, "maxPool2d"),
  GlobalAveragePooling2D: (call) => globally(call, "averagePool2d"),
  GlobalAveragePooling1D: (call) => globally(call, "averagePool2d"),
};

const NO_PADDING = { top: 0, bottom: 0, left: 0, right: 0 };

function maximum(call: LayerCall, window: [number, number], strides: [number, number]): FloatSource {
  const { source, shape } = image(call);
  const padding = call.padding(shape, window, strides);
  return finish(call, call.builder.add({ op: "maxPool2d", name: call.name, source, window, strides, padding }));
}

function average(call: LayerCall, window: [number, number], strides: [number, number]): FloatSource {
  const { source, shape } = image(call);
  const { top, bottom, left, right } = call.padding(shape, window, strides);
  if (top + bottom + left + right > 0) {
    call.refuse(
      'averages over windows that reach beyond the image, with padding "same"',
      'There TensorFlow.js divides by fewer elements. Supported is padding "valid", or "same" where it pads nothing.',
    );
  }
  return finish(call, call.builder.add({ op: "averagePool2d", name: call.name, source, window, strides }));
}

function globally(call: LayerCall, op: "maxPool2d" | "averagePool2d"): FloatSource {
  const { source, shape } = image(call);
  const common = { name: call.name, source, window: [shape[0]!, shape[1]!], strides: [1, 1] } as const;
  return finish(
    call,
    call.builder.add(op === "maxPool2d" ? { op, ...common, padding: NO_PADDING } : { op, ...common }),
  );
}

/** The input as an image: a sequence `[length, channels]` has height 1. */
function image(call: LayerCall): { source: FloatSource; shape: Shape } {
  call.requireChannelsLast();
  const { shape } = call;
  if (shape.length !== 2 && shape.length !== 3)
    call.refuse(`takes [${shape.join(", ")}]`, "An image or a sequence is expected.");
  const imageShape = shape.length === 2 ? [1, ...shape] : shape;
  return { source: call.builder.reshape(`${call.name}/image`, call.source, imageShape), shape: imageShape };
}

function finish(call: LayerCall, source: FloatSource): FloatSource {
  return call.builder.reshape(`${call.name}/result`, source, call.outputShape);
}

function single(call: LayerCall, name: string): number {
  return call.wholeNumbers(name, 1)[0]!;
}
