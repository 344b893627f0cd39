import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { readOnnxModel } from "../../src/read/onnx/readOnnxModel.ts";
import { FLOAT, INT64, OnnxFile, tensor } from "./helpers/OnnxFile.ts";
import { expectAnswers, operationsOf, samplesFor } from "./helpers/reading.ts";

/** What PyTorch writes for `x.shape[axis]`: a scalar, or a list of one. */
const sizeOf = (file: OnnxFile, x: string, axis: number) =>
  file.with(
    "Unsqueeze",
    [file.with("Gather", [file.op("Shape", [x]), file.ints([axis], [])], { axis: 0 }), file.ints([0])],
    {},
  );

const numbers = (file: OnnxFile, shape: number[], seedless?: readonly number[]) => {
  const values = seedless ?? file.numbers(shape.reduce((a, b) => a * b, 1));
  return { values: [...values], name: file.floats(shape, values) };
};

/** Layer normalisation as exporters wrote it before opset 17. */
const spelledLayerNorm = (file: OnnxFile, x: string, gamma: string, beta: string) => {
  const centred = file.op("Sub", [x, file.with("ReduceMean", [x], { axes: [-1] })]);
  const variance = file.with("ReduceMean", [file.op("Pow", [centred, file.floats([], [2])])], { axes: [-1] });
  const deviation = file.op("Sqrt", [file.op("Add", [variance, file.floats([], [1e-5])])]);
  return file.op("Add", [file.op("Mul", [file.op("Div", [centred, deviation]), gamma]), beta]);
};
const layerNorm = (x: tf.Tensor, gamma: number[], beta: number[]) => {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.add(
    tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), tf.tensor1d(gamma)),
    tf.tensor1d(beta),
  );
};

describe("ONNX sequences", () => {
  it("attend with heads whose shapes are computed, as PyTorch writes them", async () => {
    const [tokens, width, heads] = [5, 8, 2];
    const file = new OnnxFile([null, tokens, width]);
    const [q, k, v, o] = [0, 1, 2, 3].map(() => numbers(file, [width, width])) as [Weights, Weights, Weights, Weights];
    const [gamma, beta] = [numbers(file, [width]), numbers(file, [width])];
    const [gamma2, beta2] = [numbers(file, [width]), numbers(file, [width])];
    const normal = file.op("LayerNormalization", ["x", gamma.name, beta.name], { attributes: { epsilon: 1e-5 } });
    const head = (weights: string, perm: number[]) => {
      const y = file.op("MatMul", [normal, weights]);
      const shape = file.with(
        "Concat",
        [sizeOf(file, y, 0), file.ints([-1]), file.ints([heads]), file.ints([width / heads])],
        { axis: 0 },
      );
      return file.with("Transpose", [file.op("Reshape", [y, shape])], { perm });
    };
    const scores = file.op("MatMul", [head(q.name, [0, 2, 1, 3]), head(k.name, [0, 2, 3, 1])]);
    const scaled = file.op("Div", [
      scores,
      file.op("Sqrt", [file.op("Cast", [file.ints([width / heads], [])], { attributes: { to: FLOAT } })]),
    ]);
    const mixed = file.op("MatMul", [file.with("Softmax", [scaled], { axis: -1 }), head(v.name, [0, 2, 1, 3])]);
    const joined = file.op("Reshape", [
      file.with("Transpose", [mixed], { perm: [0, 2, 1, 3] }),
      file.ints([0, 0, width]),
    ]);
    const block = file.op("Add", ["x", file.op("MatMul", [joined, o.name])]);
    const out = file.with("ReduceMean", [spelledLayerNorm(file, block, gamma2.name, beta2.name)], {
      axes: [1],
      keepdims: 0,
    });
    const model = await expectAnswers(file, out, (x) => {
      const y = tf.reshape<tf.Rank.R2>(layerNorm(x, gamma.values, beta.values), [tokens, width]);
      const times = (a: tf.Tensor, w: Weights) => tf.matMul(a, tf.tensor2d(w.values, [width, width]));
      const split = (w: Weights) => tf.transpose(tf.reshape(times(y, w), [tokens, heads, width / heads]), [1, 0, 2]);
      const attention = tf.softmax(tf.div(tf.matMul(split(q), split(k), false, true), Math.sqrt(width / heads)));
      const joined = tf.reshape(tf.transpose(tf.matMul(attention, split(v)), [1, 0, 2]), [tokens, width]);
      return tf.mean(
        layerNorm(tf.add(tf.reshape(x, [tokens, width]), times(joined, o)), gamma2.values, beta2.values),
        0,
      );
    });
    expect(operationsOf(model).filter((op) => op === "layerNorm")).to.have.length(2);
    expect(operationsOf(model)).to.not.include("sqrt");
  });

  it("look up embeddings, with learned positions", async () => {
    const file = new OnnxFile([null, 4], { type: INT64 });
    const table = numbers(file, [10, 3]);
    const positions = numbers(file, [1, 6, 3]);
    const length = file.with("Gather", [file.op("Shape", ["x"]), file.ints([1])], {});
    const used = file.op("Slice", [positions.name, file.ints([0]), length, file.ints([1])]);
    const out = file.op("Add", [file.op("Gather", [table.name, "x"]), used]);
    const samples = [Float32Array.of(0, 9, 3, 3), Float32Array.of(1, 2, 7, 8)];
    await expectAnswers(
      file,
      out,
      (x) =>
        tf.add(
          tf.gather(tf.tensor2d(table.values, [10, 3]), tf.cast(x, "int32")),
          tf.slice(tf.tensor3d(positions.values, [1, 6, 3]), 0, [1, 4, 3]),
        ),
      { samples },
    );
  });

  it("put a class token before the patches, and take it out again", async () => {
    const file = new OnnxFile([null, 3, 4]);
    const token = numbers(file, [1, 1, 4]);
    const [w, positions] = [numbers(file, [4, 4]), numbers(file, [1, 4, 4])];
    const shape = file.with("Concat", [sizeOf(file, "x", 0), file.ints([-1]), file.ints([-1])], { axis: 0 });
    const ones = file.op("ConstantOfShape", [file.ints([3])], {
      attributes: { value: { ...tensor(INT64, [1]), int64Data: [1] } },
    });
    const wanted = file.op("Where", [file.op("Equal", [shape, file.ints([-1, -1, -1])]), ones, shape]);
    const joined = file.with("Concat", [file.op("Expand", [token.name, wanted]), "x"], { axis: 1 });
    const mixed = file.op("MatMul", [file.op("Add", [joined, positions.name]), w.name]);
    const out = file.with("Gather", [mixed, file.ints([0], [])], { axis: 1 });
    const last = file.op("MatMul", [
      file.with("Concat", [out, file.with("Gather", [mixed, file.ints([3, 1])], { axis: 1 })].slice(0, 1), { axis: 1 }),
      w.name,
    ]);
    await expectAnswers(file, last, () => {
      const first = tf.add(tf.tensor2d(token.values, [1, 4]), tf.tensor2d(positions.values.slice(0, 4), [1, 4]));
      const weights = tf.tensor2d(w.values, [4, 4]);
      return tf.matMul(tf.matMul(first as tf.Tensor2D, weights), weights);
    });
  });

  it("split queries, keys and values out of one projection of five axes", async () => {
    const file = new OnnxFile([1, 4, 6]);
    const w = numbers(file, [6, 18]);
    const y = file.op("Reshape", [file.op("MatMul", ["x", w.name]), file.ints([1, 4, 3, 2, 3])]);
    const parts = file.with("Transpose", [y], { perm: [2, 0, 3, 1, 4] });
    const [q, k] = [0, 1].map((index) => file.with("Gather", [parts, file.ints([index], [])], { axis: 0 }));
    const out = file.op("MatMul", [q!, file.with("Transpose", [k!], { perm: [0, 1, 3, 2] })]);
    await expectAnswers(file, out, (x) => {
      const y = tf.reshape(tf.matMul(tf.reshape<tf.Rank.R2>(x, [4, 6]), tf.tensor2d(w.values, [6, 18])), [4, 3, 2, 3]);
      const [q, k] = tf.unstack(tf.transpose(y, [1, 2, 0, 3]));
      return tf.matMul(q!, k!, false, true);
    });
  });

  it("recognise GELU as it was exported, in both forms", async () => {
    const exact = new OnnxFile([null, 6]);
    const erf = exact.op("Erf", [exact.op("Div", ["x", exact.floats([], [Math.SQRT2])])]);
    const product = exact.op("Mul", ["x", exact.op("Add", [erf, exact.floats([], [1])])]);
    const model = await readOnnxModel(exact.bytes(exact.op("Mul", [product, exact.floats([], [0.5])])));
    expect(model.nodes).to.have.length(1);
    expect(model.nodes[0]).to.have.deep.property("function", { kind: "gelu", approximate: false });

    const byTanh = new OnnxFile([null, 6]);
    const cube = byTanh.op("Mul", [byTanh.op("Pow", ["x", byTanh.floats([], [3])]), byTanh.floats([], [0.044715])]);
    const inner = byTanh.op("Mul", [byTanh.op("Add", ["x", cube]), byTanh.floats([], [0.7978845834732056])]);
    const half = byTanh.op("Mul", ["x", byTanh.floats([], [0.5])]);
    const tanh = byTanh.op("Add", [byTanh.floats([], [1]), byTanh.op("Tanh", [inner])]);
    const approximate = await readOnnxModel(byTanh.bytes(byTanh.op("Mul", [half, tanh])));
    expect(approximate.nodes[0]).to.have.deep.property("function", { kind: "gelu", approximate: true });
    expect(samplesFor(approximate, 1)).to.have.length(1);
  });

  it("softmax and average along any axis", async () => {
    const file = new OnnxFile([null, 2, 3, 4]);
    const soft = file.with("Softmax", ["x"], { axis: 2 });
    const out = file.with("ReduceMean", [file.op("Exp", [soft])], { axes: [1, 3], keepdims: 0 });
    await expectAnswers(file, out, (x) => {
      const y = tf.transpose(tf.softmax(tf.transpose(x, [0, 1, 3, 2])), [0, 1, 3, 2]);
      return tf.mean(tf.exp(y), [1, 3]);
    });
  });
});

interface Weights {
  readonly values: number[];
  readonly name: string;
}
