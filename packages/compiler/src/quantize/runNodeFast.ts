import {
  elementCount,
  nodeShapes,
  runNode,
  shapeOfNode,
  sourcesOf,
  type Conv2dNode,
  type DenseNode,
  type IntegerModel,
  type ModelNode,
  type Shape,
} from "@verimesh/core";

/**
 * The same values as core's `runNode`, which is the definition; dense layers and convolutions with plain loops, since
 * calibration runs them thousands of times. A test compares the two.
 */
export function runNodeFast(node: ModelNode, sources: readonly Shape[], values: readonly Int32Array[]): Int32Array {
  if (node.kind === "dense") return runDense(node, values[0]!);
  if (node.kind === "conv2d") return runConv2d(node, sources[0]!, shapeOfNode(node, sources), values[0]!);
  return runNode(node, sources, values);
}

/** A runner of a model's scores: its last node's values, row-major. */
export function scoreRunner(model: IntegerModel): (input: Uint8Array) => Int32Array {
  const shapes = nodeShapes(model);
  return (input) => {
    const values: Int32Array[] = [Int32Array.from(input)];
    for (const node of model.nodes) {
      const sources = sourcesOf(node);
      values.push(
        runNodeFast(
          node,
          sources.map((source) => shapes[source]!),
          sources.map((source) => values[source]!),
        ),
      );
    }
    return values.at(-1)!;
  };
}

function runDense({ inputs, units, weights, bias }: DenseNode, x: Int32Array): Int32Array {
  const rows = x.length / inputs;
  const y = new Int32Array(rows * units);
  for (let row = 0; row < rows; row++) {
    const sums = y.subarray(row * units, (row + 1) * units);
    sums.set(bias);
    for (let i = 0; i < inputs; i++) {
      const value = x[row * inputs + i]!;
      if (value === 0) continue;
      const start = i * units;
      for (let o = 0; o < units; o++) sums[o]! += value * weights[start + o]!;
    }
  }
  return y;
}

function runConv2d(node: Conv2dNode, source: Shape, shape: Shape, x: Int32Array): Int32Array {
  const [height, width, channels] = source as readonly [number, number, number];
  const { filters, kernel, strides, dilations, padding, groups, weights, bias } = node;
  const depth = channels / groups;
  const perGroup = filters / groups;
  const y = new Int32Array(elementCount(shape));
  for (let row = 0; row < shape[0]!; row++) {
    for (let column = 0; column < shape[1]!; column++) {
      const start = (row * shape[1]! + column) * filters;
      y.set(bias, start);
      for (let tap = 0; tap < kernel[0] * kernel[1]; tap++) {
        const top = row * strides[0] - padding.top + Math.floor(tap / kernel[1]) * dilations[0];
        const left = column * strides[1] - padding.left + (tap % kernel[1]) * dilations[1];
        if (top < 0 || top >= height || left < 0 || left >= width) continue;
        const pixel = (top * width + left) * channels;
        for (let channel = 0; channel < channels; channel++) {
          const value = x[pixel + channel]!;
          if (value === 0) continue;
          const group = Math.floor(channel / depth);
          const taps = (tap * depth + (channel % depth)) * filters;
          for (let o = group * perGroup; o < (group + 1) * perGroup; o++) y[start + o]! += value * weights[taps + o]!;
        }
      }
    }
  }
  return y;
}
