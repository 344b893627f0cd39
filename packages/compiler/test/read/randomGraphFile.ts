import { elementCount, Random } from "@verimesh/core";
import { attribute, GraphFile } from "./GraphFile.ts";

interface Value {
  readonly name: string;
  /** With the batch, 1. */
  readonly shape: readonly number[];
}

const UNARY = [
  "Relu",
  "Relu6",
  "Elu",
  "Selu",
  "Sigmoid",
  "Tanh",
  "Softplus",
  "Erf",
  "Square",
  "Abs",
  "Neg",
  "Identity",
  "Exp",
];
const { int, ints, float, bool, text, texts, type } = attribute;

/** A random graph of supported operations on one input, ending in three scores. */
export function randomGraphFile(seed: number, depth = 8): { file: GraphFile; inputShape: number[] } {
  const random = new Random(seed);
  const file = new GraphFile();
  const inputShape = random.pick([
    () => [random.integer(2, 8)],
    () => [random.integer(3, 6), random.integer(2, 4)],
    () => [random.integer(4, 7), random.integer(4, 7), random.integer(1, 3)],
  ])();
  const ops = new RandomOps(random, file);
  let x: Value = { name: file.input([-1, ...inputShape]), shape: [1, ...inputShape] };
  const history = [x];
  for (let step = 0; step < depth; step++) {
    x = ops.next(x, history);
    history.push(x);
  }
  const size = elementCount(x.shape);
  const flat = file.op("Reshape", [x.name, file.ints([-1, size])]);
  const bounded = file.op("Tanh", [flat]);
  const scores = file.op("_FusedMatMul", [bounded, ops.weights([size, 3]), ops.weights([3])], {
    num_args: int(1),
    fused_ops: texts(["BiasAdd"]),
  });
  file.op("Identity", [scores]);
  return { file, inputShape };
}

class RandomOps {
  private readonly random: Random;
  private readonly file: GraphFile;

  constructor(random: Random, file: GraphFile) {
    this.random = random;
    this.file = file;
  }

  weights(shape: number[], lo = -0.8, hi = 0.8): string {
    return this.file.floats(
      shape,
      Float32Array.from({ length: elementCount(shape) }, () => lo + (hi - lo) * this.random.next()),
    );
  }

  next(x: Value, history: readonly Value[]): Value {
    const rank = x.shape.length;
    const choices = [...this.anywhere(x, history), ...this.shaping(x)];
    if (rank === 2) choices.push(...this.vectors(x));
    if (rank === 3) choices.push(...this.sequences(x));
    if (rank === 4) choices.push(...this.images(x), ...this.images(x));
    return this.random.pick(choices)();
  }

  private anywhere(x: Value, history: readonly Value[]): (() => Value)[] {
    const { file, random } = this;
    const channels = x.shape.at(-1)!;
    const same = (name: string): Value => ({ name, shape: x.shape });
    const bounded = () => file.op("Tanh", [x.name]);
    const constantShapes = [[], [channels], x.shape.slice(1), [1, ...x.shape.slice(1)]].map((shape) => [...shape]);
    const constant = (lo?: number, hi?: number) => this.weights(random.pick(constantShapes), lo, hi);
    const twin = history.filter(({ shape }) => shape.join() === x.shape.join());
    return [
      () => same(file.op(random.pick(UNARY), [bounded()])),
      () => same(file.op("LeakyRelu", [x.name], { alpha: float(0.3) })),
      () =>
        same(
          file.op(random.pick(["Rsqrt", "Sqrt", "Log", "Reciprocal"]), [
            file.op("AddV2", [file.op("Square", [bounded()]), this.weights([], 0.5, 1)]),
          ]),
        ),
      () => same(file.op(random.pick(["AddV2", "Mul", "Sub"]), [x.name, constant()])),
      () => same(file.op(random.pick(["AddV2", "Mul", "Sub"]), [constant(), x.name])),
      () => same(file.op("RealDiv", [x.name, constant(0.5, 2)])),
      () => same(file.op("SquaredDifference", [bounded(), constant()])),
      () => same(file.op(random.pick(["Maximum", "Minimum"]), [x.name, this.weights([])])),
      () =>
        same(
          file.op(random.pick(["AddV2", "Sub", "Mul", "Maximum", "Minimum"]), [
            bounded(),
            file.op("Sigmoid", [random.pick(twin).name]),
          ]),
        ),
      () => same(file.op("Softmax", [x.name])),
      () => {
        const axes = { axis: channels, shape: [...x.shape.slice(0, -1), 1] };
        const mean = file.op("Mean", [x.name, file.ints([-1])], { keep_dims: bool(true) });
        return { name: file.op("Sub", [x.name, mean]), shape: axes.axis > 0 ? x.shape : axes.shape };
      },
      () => {
        const units = random.integer(1, 5);
        if (x.shape.length === 2)
          return {
            name: file.op("MatMul", [x.name, this.weights([units, channels])], { transpose_b: bool(true) }),
            shape: [1, units],
          };
        return {
          name: file.op("BatchMatMulV2", [x.name, this.weights([channels, units])]),
          shape: [...x.shape.slice(0, -1), units],
        };
      },
      () => this.layerNorm(x),
    ];
  }

  /** As Keras writes it. */
  private layerNorm(x: Value): Value {
    const { file } = this;
    const channels = x.shape.at(-1)!;
    const axis = file.ints([x.shape.length - 1]);
    const mean = file.op("Mean", [x.name, axis], { keep_dims: bool(true) });
    const squares = file.op("SquaredDifference", [x.name, file.op("StopGradient", [mean])]);
    const variance = file.op("Mean", [squares, axis], { keep_dims: bool(true) });
    const root = file.op("Rsqrt", [file.op("AddV2", [variance, file.floats([], [0.05])])]);
    const scale = file.op("Mul", [root, this.weights([channels], 0.5, 1.5)]);
    const offset = file.op("Sub", [this.weights([channels]), file.op("Mul", [mean, scale])]);
    return { name: file.op("AddV2", [file.op("Mul", [x.name, scale]), offset]), shape: x.shape };
  }

  private shaping(x: Value): (() => Value)[] {
    const { file, random } = this;
    const inner = x.shape.slice(1);
    const axis = random.integer(1, inner.length);
    const zeros = x.shape.map(() => 0);
    return [
      () => ({
        name: file.op("ConcatV2", [x.name, x.name, file.ints(axis)], { N: int(2) }),
        shape: x.shape.map((size, a) => (a === axis ? 2 * size : size)),
      }),
      () => ({
        name: file.op("PadV2", [
          x.name,
          this.margins(x.shape.map((_, a) => (a === axis ? [1, 2] : [0, 0]))),
          file.floats([], [0.5]),
        ]),
        shape: x.shape.map((size, a) => (a === axis ? size + 3 : size)),
      }),
      () => {
        const begin = zeros.map((_, a) => (a === axis && x.shape[a]! > 1 ? 1 : 0));
        const name = file.op(
          "StridedSlice",
          [x.name, file.ints(begin), file.ints(zeros), file.ints(zeros.map(() => 1))],
          {
            end_mask: int(2 ** x.shape.length - 1),
            begin_mask: int(1),
            ellipsis_mask: int(0),
            new_axis_mask: int(0),
            shrink_axis_mask: int(0),
          },
        );
        return { name, shape: x.shape.map((size, a) => size - begin[a]!) };
      },
      () => ({
        name: file.op("Slice", [
          x.name,
          file.ints(zeros),
          file.ints(x.shape.map((size, a) => (a === axis ? 1 : size))),
        ]),
        shape: x.shape.map((size, a) => (a === axis ? 1 : size)),
      }),
      () => {
        // Keras' Reshape asks for the batch at run time.
        const shape = file.op("Shape", [x.name], { out_type: type("DT_INT32") });
        const one = file.ints([1]);
        const batch = file.op("StridedSlice", [shape, file.ints([0]), one, one], { shrink_axis_mask: int(1) });
        const target = [elementCount(inner)];
        const packed = file.op("Pack", [batch, file.ints(target[0]!)], {
          N: int(2),
          axis: int(0),
          T: type("DT_INT32"),
        });
        return { name: file.op("Reshape", [x.name, packed], { Tshape: type("DT_INT32") }), shape: [1, ...target] };
      },
      () => {
        const expanded = file.op("ExpandDims", [x.name, file.ints(axis)]);
        return { name: file.op("Squeeze", [expanded], { squeeze_dims: ints([axis]) }), shape: x.shape };
      },
    ];
  }

  private vectors(x: Value): (() => Value)[] {
    const { file, random } = this;
    const features = x.shape[1]!;
    const units = random.integer(1, 4);
    return [
      () => ({
        name: file.op("_FusedMatMul", [x.name, this.weights([features, 6]), this.weights([6])], {
          num_args: int(1),
          fused_ops: texts(["BiasAdd", random.pick(["Relu", "Relu6", "Elu"])]),
        }),
        shape: [1, 6],
      }),
      () => ({ name: file.op("Reshape", [x.name, file.ints([-1, 1, features])]), shape: [1, 1, features] }),
      () => {
        const sequence = file.op("BiasAdd", [
          file.op("MatMul", [x.name, this.weights([features, 6 * units])]),
          this.weights([6 * units]),
        ]);
        return { name: file.op("Reshape", [sequence, file.ints([-1, 6, units])]), shape: [1, 6, units] };
      },
    ];
  }

  private sequences(x: Value): (() => Value)[] {
    const { file } = this;
    const [, tokens, width] = x.shape as [number, number, number];
    const bounded = () => file.op("Tanh", [x.name]);
    return [
      () => ({
        name: file.op("Transpose", [x.name, file.ints([0, 2, 1])], { Tperm: type("DT_INT32") }),
        shape: [1, width, tokens],
      }),
      () => ({ name: file.op("Mean", [x.name, file.ints([1])]), shape: [1, width] }),
      () => ({ name: file.op("Sum", [x.name, file.ints([2])]), shape: [1, tokens] }),
      () => ({ name: file.op("Max", [x.name, file.ints([1])], { keep_dims: bool(true) }), shape: [1, 1, width] }),
      () => {
        const scores = file.op("BatchMatMulV2", [bounded(), bounded()], { adj_y: bool(true) });
        return { name: file.op("BatchMatMulV2", [file.op("Softmax", [scores]), x.name]), shape: x.shape };
      },
      () => {
        // Keras' Dense on a sequence joins batch and tokens.
        const rows = file.op("Reshape", [x.name, file.ints([-1, width])]);
        const product = file.op("MatMul", [rows, this.weights([width, 3])]);
        return { name: file.op("Reshape", [product, file.ints([-1, tokens, 3])]), shape: [1, tokens, 3] };
      },
      () => ({ name: file.op("Reshape", [x.name, file.ints([-1, tokens, width, 1])]), shape: [1, tokens, width, 1] }),
    ];
  }

  private images(x: Value): (() => Value)[] {
    const { file, random } = this;
    const [, height, width, channels] = x.shape as [number, number, number, number];
    const strides = [random.integer(1, 2), random.integer(1, 2)];
    const filters = random.integer(1, 4);
    const common = {
      strides: ints([1, ...strides, 1]),
      padding: text("SAME"),
      data_format: text("NHWC"),
      dilations: ints([1, 1, 1, 1]),
    };
    const kernel = [random.integer(1, 3), random.integer(1, 3)] as const;
    const out = [Math.ceil(height / strides[0]!), Math.ceil(width / strides[1]!)];
    const window = [Math.min(2, height), Math.min(2, width)] as const;
    const valid = { strides: ints([1, 1, 1, 1]), padding: text("VALID"), ksize: ints([1, ...window, 1]) };
    const shrunk = [1, height - window[0] + 1, width - window[1] + 1, channels];
    return [
      () => ({
        name: file.op("Conv2D", [x.name, this.weights([...kernel, channels, filters])], common),
        shape: [1, ...out, filters],
      }),
      () => ({
        name: file.op("_FusedConv2D", [x.name, this.weights([...kernel, channels, filters]), this.weights([filters])], {
          ...common,
          num_args: int(1),
          fused_ops: texts(["BiasAdd", "Relu"]),
        }),
        shape: [1, ...out, filters],
      }),
      () => {
        const square = { ...common, strides: ints([1, strides[0]!, strides[0]!, 1]) };
        const size = [Math.ceil(height / strides[0]!), Math.ceil(width / strides[0]!)];
        return {
          name: file.op("DepthwiseConv2dNative", [x.name, this.weights([...kernel, channels, 2])], square),
          shape: [1, ...size, 2 * channels],
        };
      },
      () => ({ name: file.op("MaxPool", [x.name], { ...valid }), shape: shrunk }),
      () => ({ name: file.op("AvgPool", [x.name], { ...valid }), shape: shrunk }),
      () => ({
        name: file.op("MaxPool", [x.name], { ...common, ksize: ints([1, ...kernel, 1]) }),
        shape: [1, ...out, channels],
      }),
      () => ({ name: file.op("Mean", [x.name, file.ints([1, 2])]), shape: [1, channels] }),
      () => ({
        name: file.op("Mean", [x.name, file.ints([1, 2])], { keep_dims: bool(true) }),
        shape: [1, 1, 1, channels],
      }),
      () => ({ name: file.op("Mean", [x.name, file.ints([1, 3])]), shape: [1, width] }),
      () => ({ name: file.op("Transpose", [x.name, file.ints([0, 3, 1, 2])]), shape: [1, channels, height, width] }),
      () => ({
        name: file.op("Reshape", [x.name, file.ints([-1, height * width, channels])]),
        shape: [1, height * width, channels],
      }),
      () => {
        const statistics = [
          this.weights([channels], 0.5, 1.5),
          this.weights([channels]),
          this.weights([channels]),
          this.weights([channels], 0.5, 1.5),
        ];
        return {
          name: file.op("FusedBatchNormV3", [x.name, ...statistics], {
            epsilon: float(0.01),
            is_training: bool(false),
            data_format: text("NHWC"),
          }),
          shape: x.shape,
        };
      },
      () => {
        const gate = file.op("Mean", [x.name, file.ints([1, 2])], { keep_dims: bool(true) });
        return { name: file.op("Mul", [file.op("Tanh", [x.name]), file.op("Sigmoid", [gate])]), shape: x.shape };
      },
    ];
  }

  private margins(pairs: readonly (readonly number[])[]): string {
    return this.file.op("Reshape", [this.file.ints(pairs.flat()), this.file.ints([pairs.length, 2])], {
      T: type("DT_INT32"),
    });
  }
}
