import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { readOnnxModel } from "../../src/read/onnx/readOnnxModel.ts";
import { DOUBLE, INT64, OnnxFile, tensor } from "./helpers/OnnxFile.ts";
import { expectAnswers, operationsOf } from "./helpers/reading.ts";

describe("ONNX arithmetic", () => {
  const one = (
    operator: string,
    attributes: Record<string, number | string | { float: number }>,
    f: (x: tf.Tensor) => tf.Tensor,
  ) =>
    it(`computes ${operator} ${JSON.stringify(attributes)}`, async () => {
      const file = new OnnxFile([null, 5]);
      // Followed by a product, so that a last activation is not dropped.
      const out = file.op("MatMul", [file.with(operator, ["x"], attributes), file.floats([5, 5], identity(5))]);
      await expectAnswers(file, out, f);
    });
  one("Relu", {}, tf.relu);
  one("LeakyRelu", { alpha: 0.2 }, (x) => tf.leakyRelu(x, 0.2));
  one("Elu", {}, tf.elu);
  one("Elu", { alpha: { float: 2 } }, (x) => tf.where(tf.less(x, 0), tf.mul(2, tf.expm1(x)), x));
  one("Selu", {}, tf.selu);
  one("Sigmoid", {}, tf.sigmoid);
  one("HardSigmoid", { alpha: 0.25 }, (x) => tf.clipByValue(tf.add(tf.mul(x, 0.25), 0.5), 0, 1));
  one("Tanh", {}, tf.tanh);
  one("HardSwish", {}, (x) => tf.mul(x, tf.div(tf.clipByValue(tf.add(x, 3), 0, 6), 6)));
  one("Softplus", {}, tf.softplus);
  one("Erf", {}, tf.erf);
  one("Exp", {}, tf.exp);
  one("Abs", {}, tf.abs);
  one("Neg", {}, tf.neg);
  one("Floor", {}, tf.floor);
  one("Gelu", {}, (x) => tf.mul(tf.mul(x, 0.5), tf.add(1, tf.erf(tf.div(x, Math.SQRT2)))));

  it("clips with bounds as inputs, one of them missing", async () => {
    const file = new OnnxFile([null, 5]);
    const out = file.op("Clip", [file.op("Clip", ["x", "", file.floats([], [0.75])]), file.floats([], [-0.5])]);
    const model = await expectAnswers(file, out, (x) => tf.clipByValue(x, -0.5, 0.75));
    expect(model.nodes.map((node) => "function" in node && node.function)).to.deep.include({
      kind: "clip",
      lo: -Infinity,
      hi: 0.75,
    });
  });

  it("computes with constants on either side, for all, per channel, per row and per element", async () => {
    for (const shape of [[], [1], [4], [3, 4], [1, 3, 1], [1, 1, 4]]) {
      const count = shape.reduce((a, b) => a * b, 1);
      const values = Array.from({ length: count }, (_, index) => Math.fround(0.3 + 0.25 * index));
      const file = new OnnxFile([null, 3, 4]);
      const c = file.floats(shape, values);
      const quotient = file.op("Div", [file.op("Sub", [c, file.op("Mul", ["x", c])]), c]);
      const out = file.op("Add", [c, file.op("Sub", [quotient, c])]);
      await expectAnswers(file, out, (x) => {
        const c = tf.tensor(values, shape);
        return tf.div(tf.sub(c, tf.mul(x, c)), c);
      });
    }
  });

  it("stretches tensors to each other, and constants beyond a tensor", async () => {
    const file = new OnnxFile([null, 3, 4]);
    const rows = file.with("ReduceSum", ["x", file.ints([2])], { keepdims: 1 });
    const columns = file.with("ReduceMax", ["x"], { axes: [1], keepdims: 1 });
    const outer = file.op("Mul", [rows, columns]);
    const larger = file.op("Max", ["x", file.op("Min", [outer, columns])]);
    const divided = file.op("Div", [larger, file.op("Add", [file.op("Abs", [rows]), file.floats([], [1])])]);
    const out = file.op("Add", [divided, file.floats([2, 1, 1], [1, -1])]);
    await expectAnswers(file, out, (x) => {
      const [r, c] = [tf.sum(x, 2, true), tf.max(x, 1, true)];
      const y = tf.div(tf.maximum(x, tf.minimum(tf.mul(r, c), c)), tf.add(tf.abs(r), 1));
      return tf.add(y, tf.tensor3d([1, -1], [2, 1, 1]));
    });
  });

  it("tells an outer product from a square", async () => {
    const file = new OnnxFile([null, 3]);
    const column = file.op("Reshape", ["x", file.ints([1, 3, 1])]);
    const row = file.op("Reshape", ["x", file.ints([1, 1, 3])]);
    await expectAnswers(file, file.op("Mul", [column, row]), (x) =>
      tf.mul(tf.reshape(x, [3, 1]), tf.reshape(x, [1, 3])),
    );
  });

  it("multiplies from the left, transposed, scaled and with a full bias", async () => {
    const file = new OnnxFile([1, 3, 4]);
    const a = file.numbers(6);
    const left = file.op("MatMul", [file.floats([2, 3], a), "x"]);
    const matrix = file.op("Reshape", [left, file.ints([2, 4])]);
    const [b, c] = [file.numbers(20), file.numbers(10)];
    const out = file.op("Gemm", [matrix, file.floats([5, 4], b), file.floats([2, 5], c)], {
      attributes: { alpha: 0.5, beta: { float: 2 }, transB: 1 },
    });
    await expectAnswers(file, out, (x) => {
      const y = tf.matMul(tf.tensor2d(a, [2, 3]), tf.reshape<tf.Rank.R2>(x, [3, 4]));
      return tf.add(tf.mul(0.5, tf.matMul(y, tf.tensor2d(b, [5, 4]), false, true)), tf.mul(2, tf.tensor2d(c, [2, 5])));
    });
  });

  it("counts the axes of 1 of a constant matrix", async () => {
    for (const isLeft of [true, false]) {
      const file = new OnnxFile([null, 3, 3]);
      const w = file.numbers(9);
      const matrix = file.floats([1, 1, 3, 3], w);
      const product = file.op("MatMul", isLeft ? [matrix, "x"] : ["x", matrix]);
      const out = file.with("ReduceMax", [product, file.ints([2])], { keepdims: 0 });
      await expectAnswers(file, out, (x) => {
        const [a, b] = [tf.tensor2d(w, [3, 3]), tf.reshape<tf.Rank.R2>(x, [3, 3])];
        return tf.max(isLeft ? tf.matMul(a, b) : tf.matMul(b, a), 0);
      });
    }
  });

  it("reads weights of every type in which they are kept", async () => {
    for (const [dataType, list] of [
      [DOUBLE, { doubleData: [1, -2, 0.5] }],
      [10, { int32Data: [0x3c00, 0xc000, 0x3800] }],
      [16, { int32Data: [0x3f80, 0xc000, 0x3f00] }],
      [16, { rawData: Uint8Array.of(0x80, 0x3f, 0, 0xc0, 0, 0x3f) }],
      [1, { floatData: [1, -2, 0.5] }],
    ] as const) {
      const file = new OnnxFile([null, 3]);
      const out = file.op("Mul", ["x", file.initializer({ ...tensor(dataType, [3]), ...list })]);
      await expectAnswers(file, out, (x) => tf.mul(x, tf.tensor1d([1, -2, 0.5])));
    }
  });

  it("computes constants from constants before anything else", async () => {
    const file = new OnnxFile([null, 3]);
    const range = file.op("Range", [file.ints([1], []), file.ints([7], []), file.ints([2], [])]);
    const doubled = file.op("Mul", [file.op("Cast", [range], { attributes: { to: 1 } }), file.floats([], [2])]);
    const outputs = ["first", "second"];
    file.op("Split", [doubled, file.ints([1, 2])], { outputs });
    const joined = file.with("Concat", ["second", "first"], { axis: 0 });
    const transposed = file.op("Squeeze", [
      file.op("Transpose", [file.op("Unsqueeze", [joined, file.ints([0])])]),
      file.ints([1]),
    ]);
    const out = file.op("Add", ["x", transposed]);
    const model = await expectAnswers(file, out, (x) => tf.add(x, tf.tensor1d([6, 10, 2])));
    expect(operationsOf(model)).to.deep.equal(["affine"]);
  });

  it("leaves out a last softmax, log-softmax, sigmoid or argmax", async () => {
    const dropped = async (end: (file: OnnxFile, y: string) => string, type = 1) => {
      const file = new OnnxFile([null, 3]);
      const y = file.op("MatMul", ["x", file.floats([3, 3])]);
      const model = await readOnnxModel(file.bytes(end(file, y), type));
      expect(operationsOf(model)).to.deep.equal(["dense"]);
      return model.droppedActivation;
    };
    expect(await dropped((file, y) => file.with("Softmax", [y], { axis: 1 }))).to.equal("softmax");
    expect(await dropped((file, y) => file.with("LogSoftmax", [y], { axis: 1 }))).to.equal("softmax");
    expect(await dropped((file, y) => file.op("Sigmoid", [y]))).to.equal("sigmoid");
    expect(await dropped((file, y) => file.with("ArgMax", [file.op("Softmax", [y])], { axis: 1 }), INT64)).to.equal(
      "softmax",
    );
    expect(await dropped((file, y) => file.op("Reshape", [file.op("Softmax", [y]), file.ints([3])]))).to.equal(
      "softmax",
    );
  });
});

function identity(size: number): number[] {
  return Array.from({ length: size * size }, (_, index) => Number(index % (size + 1) === 0));
}
