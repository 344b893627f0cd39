import { foldBounds, type Bounds } from "../bounds/Bounds.ts";
import { MODEL_LIMITS } from "../limits.ts";
import { elementCount } from "../shapes.ts";
import type { Conv2dNode, Shape } from "../types.ts";
import { checkImage, checkInteger, checkIntegers, checkShape, checkTensor, refuse, windowCount } from "./checks.ts";
import { BOUNDS_WORK_LIMIT, type LinearKind, type LinearPlan, type NodeShapes } from "./NodeKind.ts";

export const conv2d: LinearKind<Conv2dNode> = {
  family: "linear",
  tensors: ["weights", "bias"],

  shape(node, [source]) {
    const [height, width, channels] = checkImage(node, source!);
    const { filters, kernel, strides, dilations, padding, groups } = node;
    checkInteger(node, "filters", filters, 1, MODEL_LIMITS.elements);
    checkIntegers(node, "kernel", kernel, 2, 1, MODEL_LIMITS.elements);
    checkIntegers(node, "strides", strides, 2, 1, MODEL_LIMITS.elements);
    checkIntegers(node, "dilations", dilations, 2, 1, MODEL_LIMITS.elements);
    const [high, wide] = extentOf(node);
    for (const side of ["top", "bottom"] as const) checkInteger(node, `padding ${side}`, padding[side], 0, high - 1);
    for (const side of ["left", "right"] as const) checkInteger(node, `padding ${side}`, padding[side], 0, wide - 1);
    checkInteger(node, "groups", groups, 1, channels);
    if (channels % groups !== 0 || filters % groups !== 0) {
      refuse(node, `has ${groups} groups`, `a divisor of ${channels} channels and ${filters} filters`);
    }
    const outHeight = windowCount(node, height + padding.top + padding.bottom, high, strides[0]);
    const outWidth = windowCount(node, width + padding.left + padding.right, wide, strides[1]);
    checkTensor(node, "weights", node.weights, Int8Array, [(kernel[0] * kernel[1] * channels * filters) / groups]);
    checkTensor(node, "biases", node.bias, Int32Array, [filters]);
    return checkShape(node, [outHeight, outWidth, filters]);
  },

  work: ({ weights, filters }, { shape }) => (elementCount(shape) / filters) * weights.length,

  row({ filters, kernel, strides, dilations, padding, groups, weights, bias }, shapes, index, add) {
    const [height, width, channels] = shapes.sources[0] as readonly [number, number, number];
    const outWidth = shapes.shape[1]!;
    const depth = channels / groups;
    const o = index % filters;
    const pixel = (index - o) / filters;
    const top = Math.floor(pixel / outWidth) * strides[0] - padding.top;
    const left = (pixel % outWidth) * strides[1] - padding.left;
    const group = Math.floor(o / (filters / groups)) * depth;
    for (let ky = 0; ky < kernel[0]; ky++) {
      const y = top + ky * dilations[0];
      if (y < 0 || y >= height) continue;
      for (let kx = 0; kx < kernel[1]; kx++) {
        const x = left + kx * dilations[1];
        if (x < 0 || x >= width) continue;
        const element = (y * width + x) * channels + group;
        const weight = (ky * kernel[1] + kx) * depth * filters + o;
        for (let c = 0; c < depth; c++) add(0, element + c, weights[weight + c * filters]!);
      }
    }
    return bias[o]!;
  },

  plan(node, shapes, [source]) {
    const channels = shapes.sources[0]![2]!;
    if (channels % source!.lo.length !== 0 && conv2d.work!(node, shapes) <= BOUNDS_WORK_LIMIT) {
      return { node, shapes, bounds: [source!], period: elementCount(shapes.shape), starts: [0] };
    }
    const bounds = foldBounds(source!, channels);
    const rows = edges(node, shapes, 0);
    const columns = edges(node, shapes, 1);
    if (rows.length * columns.length * node.weights.length > 4 * BOUNDS_WORK_LIMIT) {
      return planOneWindow(node, channels, bounds);
    }
    const starts = rows.flatMap((oy) => columns.map((ox) => (oy * shapes.shape[1]! + ox) * node.filters));
    return { node, shapes, bounds: [bounds], period: node.filters, starts };
  },
};

/** What the kernel covers, dilation included. */
function extentOf({ kernel, dilations }: Conv2dNode): [number, number] {
  return [(kernel[0] - 1) * dilations[0] + 1, (kernel[1] - 1) * dilations[1] + 1];
}

/** Along one axis, one result for each set of taps that falls on the source. */
function edges(node: Conv2dNode, shapes: NodeShapes, axis: 0 | 1): number[] {
  const size = shapes.sources[0]![axis]!;
  const before = axis === 0 ? node.padding.top : node.padding.left;
  const step = node.dilations[axis];
  const seen = new Map<string, number>();
  for (let out = 0; out < shapes.shape[axis]!; out++) {
    const start = out * node.strides[axis] - before;
    const first = Math.max(0, Math.ceil(-start / step));
    const last = Math.min(node.kernel[axis] - 1, Math.floor((size - 1 - start) / step));
    const taps = `${first} ${last}`;
    if (!seen.has(taps)) seen.set(taps, out);
  }
  return [...seen.values()];
}

/** One window that lies on the source as a whole, whose elements may be padding. */
function planOneWindow(node: Conv2dNode, channels: number, source: Bounds): LinearPlan<Conv2dNode> {
  const window: Shape = [...extentOf(node), channels];
  return {
    node: { ...node, padding: { top: 0, bottom: 0, left: 0, right: 0 } },
    shapes: { sources: [window], shape: [1, 1, node.filters] },
    bounds: [{ lo: source.lo.map((lo) => Math.min(lo, 0)), hi: source.hi.map((hi) => Math.max(hi, 0)) }],
    period: node.filters,
    starts: [0],
  };
}
