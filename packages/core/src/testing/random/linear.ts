import type { Padding2d, Source, SumPool2dNode } from "../../model/types.ts";
import { drawBias, drawLength, drawWeights } from "./draw.ts";
import type { Draft, Growth } from "./Growth.ts";

export function drawDense(growth: Growth): Draft {
  const { random } = growth;
  const source = growth.pick();
  const inputs = growth.shapeOf(source).at(-1)!;
  const units = random.integer(1, 5);
  const [weights, bias] = [drawWeights(random, inputs * units), drawBias(random, units)];
  return { kind: "dense", source, inputs, units, weights, bias };
}

/** Plain, grouped and depthwise, with padding, strides and dilations. */
export function drawConv2d(growth: Growth): Draft | null {
  const { random } = growth;
  const source = growth.image(growth.pick());
  if (source === null) return null;
  const [height, width, channels] = growth.shapeOf(source) as [number, number, number];
  const groups = random.pick(divisorsOf(channels));
  const filters = groups * random.integer(1, Math.max(1, Math.floor(5 / groups)));
  const dilations = random.chance(0.3) ? ([random.integer(1, 3), random.integer(1, 3)] as const) : ([1, 1] as const);
  const kernel = [kernelWithin(growth, height, dilations[0]), kernelWithin(growth, width, dilations[1])] as const;
  const strides = random.chance(0.5) ? ([1, 1] as const) : ([random.integer(1, 3), random.integer(1, 3)] as const);
  return {
    ...{ kind: "conv2d", source, filters, kernel, strides, dilations, groups },
    padding: drawPadding(growth, kernel, dilations),
    weights: drawWeights(random, (kernel[0] * kernel[1] * channels * filters) / groups),
    bias: drawBias(random, filters),
  };
}

export function drawSumPool2d(growth: Growth): Draft | null {
  const source = growth.image(growth.pick());
  if (source === null) return null;
  return { kind: "sumPool2d", source, ...drawWindow(growth, source), multiplier: growth.random.pick([1, 1, 2, 127]) };
}

/** A window that fits the image, and strides that may leave elements out. */
export function drawWindow(growth: Growth, source: Source): Pick<SumPool2dNode, "window" | "strides"> {
  const { random } = growth;
  const [height, width] = growth.shapeOf(source) as [number, number, number];
  return {
    window: [random.integer(1, Math.min(4, height)), random.integer(1, Math.min(4, width))],
    strides: [random.integer(1, 3), random.integer(1, 3)],
  };
}

/** One to three branches, each read as it is or rearranged. */
export function drawCombine(growth: Growth): Draft {
  const { random } = growth;
  const first = growth.pick();
  const shape = growth.shapeOf(first);
  const sources = [first];
  for (let extra = random.pick([0, 1, 1, 2]); extra > 0; extra--) {
    sources.push(growth.arranged(random.integer(0, growth.last), shape) ?? first);
  }
  const multipliers = sources.map(() => {
    const limit = random.pick([1, 3, 127, 30_000]);
    return Int32Array.from({ length: drawLength(random, shape) }, () => random.integer(-limit, limit));
  });
  return { kind: "combine", sources, multipliers, bias: drawBias(random, drawLength(random, shape)) };
}

function kernelWithin({ random }: Growth, size: number, dilation: number): number {
  return random.integer(1, Math.min(4, Math.floor((size - 1) / dilation) + 1));
}

/** Less than the kernel reaches, so that every window meets the image. */
function drawPadding({ random }: Growth, kernel: readonly number[], dilations: readonly number[]): Padding2d {
  if (random.chance(0.5)) return { top: 0, bottom: 0, left: 0, right: 0 };
  const [y, x] = kernel.map((size, axis) => (size - 1) * dilations[axis]!) as [number, number];
  return {
    top: random.integer(0, y),
    bottom: random.integer(0, y),
    left: random.integer(0, x),
    right: random.integer(0, x),
  };
}

function divisorsOf(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1).filter((divisor) => count % divisor === 0);
}
