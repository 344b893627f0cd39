import { elementCount, type Random, type Shape } from "@verimesh/core";
import { FLOAT, INT64, OnnxFile, type NodeOptions } from "./OnnxFile.ts";

type Attributes = NonNullable<NodeOptions["attributes"]>;

const UNARY = [
  ..."Relu LeakyRelu Elu Selu Sigmoid HardSigmoid Tanh Gelu HardSwish Softplus Softsign Mish Erf Exp Abs Neg Floor Sign".split(
    " ",
  ),
  ..."Sqrt Reciprocal Log Identity Dropout Shape Size GlobalAveragePool GlobalMaxPool Flatten Squeeze Normalizer".split(
    " ",
  ),
];
const BINARY = "Add Sub Mul Div Max Min Pow MatMul Gemm Gather Where Equal".split(" ");
const PICKS: readonly ((random: Random, graph: Graph) => string)[] = [
  (random, { file, value }) => file.op(random.pick(UNARY), [value()]),
  (random, { file, value }) => file.op(random.pick(BINARY), [value(), value()]),
  (_, { file, value, axis }) => file.with("Softmax", [value()], { axis: axis() }),
  (_, { file, value, axis }) => file.with("Concat", [value(), value()], { axis: axis() }),
  (random, { file, value, axis }) => file.with("Gather", [value(), file.ints(...positions(random))], { axis: axis() }),
  (random, { file, value, axis }) =>
    file.with(
      random.pick(["ReduceMean", "ReduceMax", "ReduceSum"]),
      [value(), file.ints([axis(), ...(random.chance(0.3) ? [axis()] : [])])],
      { keepdims: random.integer(0, 1) },
    ),
  (random, { file, value }) => file.with("Transpose", [value()], { perm: shuffled(random, random.integer(2, 4)) }),
  (random, { file, value }) => file.op("Reshape", [value(), file.ints(sizes(random, [0, -1, 1, 2, 3, 4, 6]))]),
  (random, { file, value, axis }) => file.op(random.pick(["Squeeze", "Unsqueeze"]), [value(), file.ints([axis()])]),
  (random, { file, value }) => file.op("Expand", [value(), file.ints(sizes(random, [1, 1, 2, 3, 4]))]),
  (random, { file, value, axis }) =>
    file.op("Slice", [
      value(),
      ...[random.integer(-3, 2), random.integer(-2, 5), axis(), random.pick([1, 1, 2, -1])].map((n) => file.ints([n])),
    ]),
  (random, { file, value, axis }) => {
    const parts = sizes(random, [1, 2, 3]).slice(0, 2);
    if (parts.length < 2) parts.push(1);
    const outputs = [`left${file.nodes.length}`, `right${file.nodes.length}`];
    return file.op("Split", [value(), file.ints(parts)], {
      attributes: { axis: axis() },
      outputs,
    });
  },
  (random, { file, value }) => {
    const rank = random.integer(2, 4);
    const pads = Array.from({ length: 2 * rank }, () => random.pick([0, 0, 1, 2]));
    return file.op("Pad", [value(), file.ints(pads), file.floats([], [0.5])]);
  },
  (random, { file, value }) => {
    const group = random.pick([1, 1, 2]);
    const kernel = sizes(random, [1, 2, 3]).slice(0, 2);
    const weights = file.floats([2 * random.integer(1, 2), random.pick([1, 2, 3, 4]), ...kernel]);
    return file.op("Conv", [value(), weights], { attributes: { group, ...windows(random, kernel) } });
  },
  (random, { file, value }) => {
    const kernel = sizes(random, [1, 2, 3]).slice(0, 2);
    const attributes = {
      kernel_shape: kernel,
      ceil_mode: random.integer(0, 1),
      ...windows(random, kernel),
    };
    return file.op(random.pick(["MaxPool", "AveragePool"]), [value()], { attributes });
  },
  (random, { file, value, axis }) => {
    const shape = sizes(random, [2, 3, 4]).slice(0, random.integer(1, 2));
    return file.op("LayerNormalization", [value(), file.floats(shape), file.floats(shape)], {
      attributes: { axis: axis() },
    });
  },
  (random, { file, value }) => {
    const shape = [random.integer(2, 4)];
    const positive = file.floats(
      shape,
      shape.flatMap((n) => Array.from({ length: n }, (_, k) => k + 0.5)),
    );
    return file.op("BatchNormalization", [value(), ...[0, 1, 2].map(() => file.floats(shape)), positive]);
  },
  (_, { file, value }) => file.op("Clip", [value(), file.floats([], [-0.5]), file.floats([], [0.75])]),
  (random, { file, value }) => file.op("Cast", [value()], { attributes: { to: random.pick([1, 1, INT64]) } }),
  (_, { file, value, axis }) => file.with("ArgMax", [value()], { axis: axis() }),
];

interface Graph {
  readonly file: OnnxFile;
  /** The input, an earlier result or a constant. */
  readonly value: () => string;
  readonly axis: () => number;
}

/**
 * A few operators of any kind on each other and on constants.
 *
 * @param accepts whether a file is to grow further with its last operator; without it, most graphs are invalid somewhere
 */
export async function randomGraph(
  random: Random,
  accepts: (bytes: Uint8Array) => Promise<boolean> = () => Promise.resolve(true),
): Promise<{ bytes: Uint8Array; operators: readonly string[]; shape: Shape }> {
  const shape = [1, ...sizes(random, [1, 2, 3, 4])];
  const file = new OnnxFile([random.chance(0.5) ? null : 1, ...shape.slice(1)], { seed: random.integer(1, 1e6) });
  file.opsets = [{ version: 20 }];
  const values = ["x"];
  const constant = () => {
    const shape = random.pick([[], [1], sizes(random, [1, 2, 3, 4]), [random.integer(2, 4), random.integer(2, 4)]]);
    return file.floats(
      shape,
      file.numbers(elementCount(shape)).map((value) => value + 1.25),
    );
  };
  const value = () =>
    random.chance(0.25) ? constant() : values.at(-1 - Math.floor(values.length * random.next() ** 2))!;
  const axis = () => random.integer(-2, 3);
  let bytes = file.bytes("x");
  for (let tries = random.integer(1, 16); tries > 0; tries--) {
    const [nodes, initializers] = [file.nodes.length, file.initializers.length];
    const output = random.pick(PICKS)(random, { file, value, axis });
    const grown = file.bytes(output, output.startsWith("ArgMax") ? INT64 : FLOAT);
    if (await accepts(grown)) {
      values.push(output);
      bytes = grown;
    } else {
      file.nodes.length = nodes;
      file.initializers.length = initializers;
    }
  }
  return { bytes, operators: file.nodes.map((node) => (node as { opType: string }).opType), shape };
}

function sizes(random: Random, from: readonly number[]): number[] {
  return Array.from({ length: random.integer(1, 4) }, () => random.pick(from));
}

function positions(random: Random): [number[], Shape] {
  const list = sizes(random, [0, 1, 2, -1]);
  return random.chance(0.4) ? [list.slice(0, 1), []] : [list, [list.length]];
}

function shuffled(random: Random, length: number): number[] {
  const list = Array.from({ length }, (_, index) => index);
  random.shuffle(list);
  return list;
}

function windows(random: Random, kernel: readonly number[]): Attributes {
  const list = (length: number, from: readonly number[]) => Array.from({ length }, () => random.pick(from));
  const strides = { strides: list(kernel.length, [1, 1, 2]) };
  if (random.chance(0.2)) return { auto_pad: random.pick(["SAME_UPPER", "SAME_LOWER", "VALID"]), ...strides };
  return {
    ...strides,
    pads: list(2 * kernel.length, [0, 0, 1]),
    ...(random.chance(0.2) ? { dilations: list(kernel.length, [1, 2]) } : {}),
  };
}
