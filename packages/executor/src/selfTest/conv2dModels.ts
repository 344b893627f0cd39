import { Random, type Conv2dNode, type IntegerModel } from "@verimesh/core";
import { rescale } from "./denseModels.ts";
import { modelOf } from "./modelOf.ts";
import { hardBias, hardWeights } from "./hardWeights.ts";

interface ConvSize {
  readonly size: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly dilation?: number;
  readonly groups?: number;
  /** Zeros before and after each axis. */
  readonly zeros?: readonly [number, number];
}

/** Of the sizes for which libraries have special algorithms, and of the makes that take another path of their own. */
export function conv2dModels(): IntegerModel[] {
  return [
    convModel("conv 3x3, same", { size: 9, channels: 57, filters: 8, kernel: 3, zeros: [1, 1] }, 13),
    convModel("conv 3x3, stride 2", { size: 10, channels: 57, filters: 6, kernel: 3, stride: 2, zeros: [0, 1] }, 14),
    convModel("conv 5x5", { size: 9, channels: 20, filters: 6, kernel: 5 }, 15),
    convModel("conv 1x1", { size: 5, channels: 64, filters: 16, kernel: 1 }, 16),
    convModel("conv 7x7, one channel", { size: 16, channels: 1, filters: 4, kernel: 7, stride: 3, zeros: [3, 3] }, 17),
    convModel("conv 3x3, dilated", { size: 9, channels: 57, filters: 5, kernel: 3, dilation: 2, zeros: [2, 2] }, 18),
    convModel(
      "conv 3x3, strided, dilated",
      { size: 9, channels: 57, filters: 5, kernel: 3, stride: 2, dilation: 2 },
      19,
    ),
    convModel("conv 5x5, two groups", { size: 8, channels: 40, filters: 6, kernel: 5, groups: 2 }, 20),
    convModel("depthwise 7x7", { size: 12, channels: 6, filters: 12, kernel: 7, groups: 6, zeros: [3, 3] }, 21),
    convModel("depthwise 3x3, dilated", { size: 9, channels: 5, filters: 5, kernel: 3, dilation: 2, groups: 5 }, 22),
  ];
}

function convModel(name: string, conv: ConvSize, seed: number): IntegerModel {
  const { size, channels, filters, kernel, stride = 1, dilation = 1, groups = 1, zeros = [0, 0] } = conv;
  const random = new Random(seed);
  const [before, after] = zeros;
  const node: Conv2dNode = {
    kind: "conv2d",
    ...{ name, source: 0, filters, groups },
    kernel: [kernel, kernel],
    strides: [stride, stride],
    dilations: [dilation, dilation],
    padding: { top: before, bottom: after, left: before, right: after },
    weights: hardWeights(random, (kernel * kernel * channels * filters) / groups, filters),
    bias: hardBias(random, filters),
  };
  const shifts = Array.from({ length: filters }, (_, o) => 10 + (o % 8));
  return modelOf([size, size, channels], [node, rescale(`${name}, rescaled`, 1, { shifts, lo: 0, hi: 255 })]);
}
