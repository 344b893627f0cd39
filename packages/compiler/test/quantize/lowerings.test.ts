import { expect } from "chai";
import type { FloatSource, UnaryFunction } from "../../src/float/types.ts";
import { encodingOf, quantized, Sketch, useCpu, type SketchOptions } from "./floatModels.ts";

interface Case {
  readonly name: string;
  readonly shape: number[];
  /** Adds what is tested; the scores are what it gives, or a dense layer over it. */
  readonly build: (sketch: Sketch, input: FloatSource) => FloatSource;
  /** Root mean square error of the scores, as a share of theirs. */
  readonly tolerance: number;
  readonly options?: SketchOptions;
}

const headed = (sketch: Sketch, source: FloatSource) => sketch.dense(sketch.flatten(source), 4, "head");
const normed = (sketch: Sketch, x: FloatSource, width: number) =>
  sketch.builder.add({
    op: "layerNorm",
    name: "norm",
    source: x,
    gamma: Float32Array.from({ length: width }, (_, c) => (c === 1 ? -0.7 : 0.6 + 0.1 * c)),
    beta: Float32Array.from({ length: width }, (_, c) => 0.1 * c - 0.2),
    epsilon: 1e-3,
  });

const unary = (fn: UnaryFunction, tolerance: number, positive = false): Case => ({
  name: `${fn.kind} by a table`,
  shape: [6],
  tolerance,
  build: (s, x) => {
    let z = s.dense(x, 12);
    if (positive)
      z = s.builder.add({
        op: "affine",
        name: "up",
        source: s.relu(z),
        scale: Float32Array.of(1),
        offset: Float32Array.of(0.5),
      });
    return headed(s, s.builder.add({ op: "unary", name: "function", source: z, function: fn }));
  },
});

const CASES: readonly Case[] = [
  { name: "one dense layer", shape: [12], tolerance: 0.01, build: (s, x) => s.dense(x, 5) },
  {
    name: "dense layers with ReLU, over an input with an offset",
    shape: [12],
    tolerance: 0.02,
    options: { encoding: encodingOf([12], -1, 2 / 255) },
    build: (s, x) => headed(s, s.relu(s.dense(x, 20))),
  },
  { name: "ReLU6", shape: [12], tolerance: 0.02, build: (s, x) => headed(s, s.relu(s.dense(x, 20), 0.7)) },
  {
    name: "a clip with both bounds inside",
    shape: [12],
    tolerance: 0.02,
    build: (s, x) =>
      headed(
        s,
        s.builder.add({
          op: "unary",
          name: "clip",
          source: s.dense(x, 20),
          function: { kind: "clip", lo: -0.2, hi: 0.3 },
        }),
      ),
  },
  {
    name: "a ReLU on the input and on a table's values",
    shape: [8],
    tolerance: 0.03,
    options: { encoding: encodingOf([8], -1, 2 / 255) },
    build: (s, x) =>
      headed(
        s,
        s.relu(
          s.builder.add({ op: "unary", name: "tanh", source: s.dense(s.relu(x), 10), function: { kind: "tanh" } }),
        ),
      ),
  },
  {
    name: "dense over the last axis of tokens",
    shape: [5, 6],
    tolerance: 0.02,
    build: (s, x) => headed(s, s.relu(s.dense(x, 7))),
  },
  {
    name: "a padded convolution",
    shape: [6, 6, 2],
    tolerance: 0.02,
    build: (s, x) => headed(s, s.relu(s.conv(x, 5, 3, { pad: 1 }))),
  },
  {
    name: "a padded convolution over an input whose zero is byte 51",
    shape: [6, 6, 2],
    tolerance: 0.02,
    options: { encoding: encodingOf([6, 6, 2], -1, 1 / 51) },
    build: (s, x) => headed(s, s.relu(s.conv(x, 5, 3, { pad: 1 }))),
  },
  {
    name: "a depthwise, dilated convolution",
    shape: [9, 9, 4],
    tolerance: 0.02,
    build: (s, x) => headed(s, s.relu(s.conv(x, 8, 3, { groups: 4, dilation: 2 }))),
  },
  {
    name: "batch normalisation after a convolution, with a negative scale",
    shape: [6, 6, 2],
    tolerance: 0.02,
    build: (s, x) => {
      const norm = s.builder.add({
        op: "affine",
        name: "norm",
        source: s.conv(x, 3, 3),
        scale: Float32Array.of(2, -1, 0.5),
        offset: Float32Array.of(0, 0.3, -0.1),
      });
      return headed(s, s.relu(norm));
    },
  },
  {
    name: "batch normalisation and ReLU before anything else",
    shape: [5, 5, 2],
    tolerance: 0.02,
    build: (s, x) => {
      const norm = s.builder.add({
        op: "affine",
        name: "norm",
        source: x,
        scale: Float32Array.of(2, -3),
        offset: Float32Array.of(-0.8, 1.1),
      });
      return headed(s, s.conv(s.relu(norm), 4, 3));
    },
  },
  {
    name: "average pooling between convolutions",
    shape: [10, 10, 2],
    tolerance: 0.02,
    build: (s, x) => {
      const pool = s.builder.add({
        op: "averagePool2d",
        name: "pool",
        source: s.relu(s.conv(x, 4, 3)),
        window: [2, 2],
        strides: [2, 2],
      });
      return headed(s, s.relu(s.conv(pool, 4, 3)));
    },
  },
  {
    name: "average pooling of 3×3 before a ReLU, over an offset input",
    shape: [9, 9, 2],
    tolerance: 0.03,
    options: { encoding: encodingOf([9, 9, 2], -1, 2 / 255) },
    build: (s, x) =>
      headed(
        s,
        s.relu(s.builder.add({ op: "averagePool2d", name: "pool", source: x, window: [3, 3], strides: [3, 3] })),
      ),
  },
  {
    name: "max pooling after and before a ReLU",
    shape: [10, 10, 2],
    tolerance: 0.02,
    build: (s, x) => {
      const padding = { top: 0, bottom: 0, left: 0, right: 0 };
      const pool = s.builder.add({
        op: "maxPool2d",
        name: "pool",
        source: s.relu(s.conv(x, 4, 3)),
        window: [2, 2],
        strides: [2, 2],
        padding,
      });
      const second = s.builder.add({
        op: "maxPool2d",
        name: "pool",
        source: s.conv(pool, 4, 3),
        window: [2, 2],
        strides: [2, 2],
        padding,
      });
      return headed(s, s.relu(second));
    },
  },
  {
    name: "padded, overlapping max pooling of signed values",
    shape: [8, 8, 2],
    tolerance: 0.02,
    build: (s, x) =>
      headed(
        s,
        s.builder.add({
          op: "maxPool2d",
          name: "pool",
          source: s.conv(x, 4, 3),
          window: [3, 3],
          strides: [2, 2],
          padding: { top: 1, bottom: 1, left: 1, right: 1 },
        }),
      ),
  },
  {
    name: "a residual block",
    shape: [6, 6, 3],
    tolerance: 0.03,
    build: (s, x) => {
      const first = s.relu(s.conv(x, 4, 3, { pad: 1 }));
      const branch = s.conv(s.relu(s.conv(first, 4, 3, { pad: 1 })), 4, 3, { pad: 1 });
      return headed(s, s.relu(s.builder.add({ op: "add", name: "sum", sources: [first, branch] })));
    },
  },
  {
    name: "a difference as scores",
    shape: [6],
    tolerance: 0.02,
    build: (s, x) =>
      s.builder.add({ op: "subtract", name: "difference", sources: [s.dense(x, 4), s.relu(s.dense(x, 4))] }),
  },
  {
    name: "a product of branches",
    shape: [6],
    tolerance: 0.03,
    build: (s, x) =>
      headed(s, s.builder.add({ op: "multiply", name: "gate", sources: [s.dense(x, 8), s.relu(s.dense(x, 8))] })),
  },
  {
    name: "a maximum of branches",
    shape: [6],
    tolerance: 0.03,
    build: (s, x) =>
      headed(s, s.builder.add({ op: "maximum", name: "larger", sources: [s.dense(x, 8), s.relu(s.dense(x, 8))] })),
  },
  {
    name: "a minimum of branches",
    shape: [6],
    tolerance: 0.03,
    build: (s, x) =>
      headed(s, s.builder.add({ op: "minimum", name: "smaller", sources: [s.dense(x, 8), s.dense(x, 8)] })),
  },
  {
    name: "a product of matrices",
    shape: [5, 6],
    tolerance: 0.04,
    build: (s, x) => {
      const keys = s.builder.add({ op: "transpose", name: "transpose", source: s.dense(x, 6), permutation: [1, 0] });
      return headed(s, s.builder.add({ op: "matMul", name: "product", sources: [s.dense(x, 6), keys] }));
    },
  },
  {
    name: "softmax",
    shape: [4, 16],
    tolerance: 0.03,
    build: (s, x) => headed(s, s.builder.add({ op: "softmax", name: "softmax", source: s.dense(x, 16) })),
  },
  {
    name: "softmax as scores",
    shape: [4, 16],
    tolerance: 0.03,
    build: (s, x) => s.builder.add({ op: "softmax", name: "softmax", source: s.dense(x, 10) }),
  },
  {
    name: "layer normalisation",
    shape: [4, 16],
    tolerance: 0.03,
    build: (s, x) => headed(s, normed(s, s.dense(x, 16), 16)),
  },
  {
    name: "layer normalisation as scores",
    shape: [2, 16],
    tolerance: 0.03,
    build: (s, x) => normed(s, s.dense(x, 16), 16),
  },
  {
    name: "branches of different scales side by side, along channels and along rows",
    shape: [4, 4, 2],
    tolerance: 0.03,
    build: (s, x) => {
      const parts = [s.relu(s.conv(x, 3, 1)), s.conv(x, 2, 1)];
      const wide = s.builder.add({ op: "concat", name: "channels", sources: parts, axis: 2 });
      return headed(
        s,
        s.builder.add({ op: "concat", name: "rows", sources: [wide, s.relu(s.conv(x, 5, 1))], axis: 0 }),
      );
    },
  },
  {
    name: "pad, slice, transpose and broadcast",
    shape: [4, 3, 2],
    tolerance: 0.03,
    build: (s, x) => {
      const padded = s.builder.add({
        op: "pad",
        name: "pad",
        source: s.relu(s.conv(x, 2, 1)),
        before: [1, 0, 0],
        after: [0, 1, 1],
        value: 0,
      });
      const turned = s.builder.add({ op: "transpose", name: "turn", source: padded, permutation: [2, 0, 1] });
      const part = s.builder.add({
        op: "slice",
        name: "part",
        source: turned,
        begin: [0, 1, 0],
        size: [1, 4, 2],
        strides: [1, 1, 2],
      });
      return headed(s, s.builder.add({ op: "broadcast", name: "again", source: part, shape: [3, 4, 2] }));
    },
  },
  unary({ kind: "sigmoid" }, 0.03),
  unary({ kind: "tanh" }, 0.03),
  unary({ kind: "gelu", approximate: false }, 0.03),
  unary({ kind: "leakyRelu", alpha: 0.1 }, 0.03),
  unary({ kind: "square" }, 0.03),
  unary({ kind: "abs" }, 0.03),
  unary({ kind: "exp" }, 0.04),
  unary({ kind: "log" }, 0.04, true),
  unary({ kind: "sqrt" }, 0.03, true),
  unary({ kind: "reciprocal" }, 0.05, true),
];

describe("lowering", () => {
  before(useCpu);
  for (const { name, shape, build, tolerance, options } of CASES) {
    it(`gives ${name} within ${100 * tolerance} % of the float scores`, () => {
      const sketch = new Sketch(shape);
      const { error } = quantized(sketch.finish(build(sketch, 0)), options);
      expect(error).to.be.below(tolerance);
    });
  }
});
