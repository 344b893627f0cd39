import type { LayerCall, LayerReader } from "./LayerCall.ts";

const nothing: LayerReader = (call) => call.source;
const reshape: LayerReader = (call) => {
  call.requireChannelsLast();
  return call.builder.reshape(call.name, call.source, call.outputShape);
};

/** Layers that move, repeat or leave out values, and those that do nothing once training is over. */
export const REARRANGING_LAYERS: Readonly<Record<string, LayerReader>> = {
  Dropout: nothing,
  SpatialDropout1D: nothing,
  AlphaDropout: nothing,
  GaussianDropout: nothing,
  GaussianNoise: nothing,
  Flatten: reshape,
  Reshape: reshape,
  Permute: (call) => {
    const permutation = call.wholeNumbers("dims", call.shape.length).map((axis) => axis - 1);
    return call.builder.add({ op: "transpose", name: call.name, source: call.source, permutation });
  },
  ZeroPadding2D: (call) => {
    const { before, after } = margins(call, "padding");
    return call.builder.add({ op: "pad", name: call.name, source: call.source, before, after, value: 0 });
  },
  Cropping2D: (call) => {
    const { before } = margins(call, "cropping");
    const strides = [1, 1, 1];
    return call.builder.add({
      op: "slice",
      name: call.name,
      source: call.source,
      begin: before,
      size: call.outputShape,
      strides,
    });
  },
  RepeatVector: (call) => call.builder.broadcast(call.name, call.source, call.outputShape),
  UpSampling2D: (call) => {
    call.requireChannelsLast();
    if (call.option("interpolation") !== "nearest")
      call.refuse("interpolates", 'interpolation "nearest" is supported.');
    const [height, width, channels] = call.shape as [number, number, number];
    const [down, across] = call.pair("size");
    const { builder, name } = call;
    const rows = builder.reshape(`${name}/rows`, call.source, [height, 1, width * channels]);
    const tall = builder.broadcast(`${name}/tall`, rows, [height, down, width * channels]);
    const columns = builder.reshape(`${name}/columns`, tall, [height * down * width, 1, channels]);
    const wide = builder.broadcast(`${name}/wide`, columns, [height * down * width, across, channels]);
    return builder.reshape(name, wide, call.outputShape);
  },
};

/** An option `[[top, bottom], [left, right]]` per axis of an image. */
function margins(call: LayerCall, option: string): { before: number[]; after: number[] } {
  call.requireChannelsLast();
  const value = JSON.stringify(call.option(option));
  const margin = /^\[\[(\d+),(\d+)\],\[(\d+),(\d+)\]\]$/.exec(value)?.slice(1).map(Number);
  if (margin === undefined) return call.refuse(`has ${option} ${value}`, "[[top, bottom], [left, right]] is expected.");
  const [top, bottom, left, right] = margin as [number, number, number, number];
  return { before: [top, left, 0], after: [bottom, right, 0] };
}
