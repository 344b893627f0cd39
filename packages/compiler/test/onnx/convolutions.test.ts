import * as tf from "@tensorflow/tfjs-core";
import { elementCount } from "@verimesh/core";
import { expect } from "chai";
import { OnnxFile } from "./helpers/OnnxFile.ts";
import { expectAnswers, operationsOf } from "./helpers/reading.ts";

const asImage = (x: tf.Tensor) => tf.transpose(x, [0, 2, 3, 1]) as tf.Tensor4D;
const asPlanes = (x: tf.Tensor) => tf.transpose(x, [0, 3, 1, 2]);
/** Filters first, as in the file, to what TensorFlow.js takes. */
const kernelOf = (values: readonly number[], shape: [number, number, number, number]) =>
  tf.transpose<tf.Tensor4D>(tf.tensor4d([...values], shape), [2, 3, 1, 0]);
const pad = (x: tf.Tensor4D, [top, left, bottom, right]: readonly number[], value = 0) =>
  tf.pad4d(
    x,
    [
      [0, 0],
      [top!, bottom!],
      [left!, right!],
      [0, 0],
    ],
    value,
  );

describe("ONNX convolutions and poolings", () => {
  it("keep the file's order of elements through Conv, ReLU, MaxPool, Flatten and Gemm", async () => {
    const file = new OnnxFile([null, 2, 7, 6]);
    const [w, b] = [file.numbers(4 * 2 * 3 * 3), file.numbers(4)];
    const [g, h] = [file.numbers(5 * 4 * 3 * 3), file.numbers(5)];
    const conv = file.with("Conv", ["x", file.floats([4, 2, 3, 3], w), file.floats([4], b)], {
      kernel_shape: [3, 3],
      pads: [1, 1, 1, 1],
    });
    const pool = file.with("MaxPool", [file.op("Relu", [conv])], { kernel_shape: [2, 2], strides: [2, 2] });
    const flat = file.with("Flatten", [pool], { axis: 1 });
    const out = file.with("Gemm", [flat, file.floats([5, 36], g), file.floats([5], h)], { transB: 1 });
    const model = await expectAnswers(file, out, (x) => {
      const y = tf.relu(
        tf.add(tf.conv2d(pad(asImage(x), [1, 1, 1, 1]), kernelOf(w, [4, 2, 3, 3]), 1, "valid"), tf.tensor1d(b)),
      );
      const flat = tf.reshape<tf.Rank.R2>(asPlanes(tf.maxPool(y as tf.Tensor4D, 2, 2, "valid")), [1, 36]);
      return tf.add(tf.matMul(flat, tf.tensor2d(g, [5, 36]), false, true), tf.tensor1d(h));
    });
    expect(model.inputShape).to.deep.equal([2, 7, 6]);
    expect(operationsOf(model)).to.deep.equal([
      "transpose",
      "conv2d",
      "clip",
      "maxPool2d",
      "transpose",
      "reshape",
      "dense",
    ]);
  });

  for (const [what, attributes, groups, channels] of [
    ["strides and uneven pads", { strides: [2, 1], pads: [0, 1, 2, 0] }, 1, 4],
    ["groups", { group: 2 }, 2, 4],
    ["depthwise groups", { group: 4 }, 4, 4],
    ["dilations", { dilations: [2, 2] }, 1, 4],
  ] as const) {
    it(`convolve with ${what}`, async () => {
      const file = new OnnxFile([1, channels, 8, 9]);
      const shape: [number, number, number, number] = [8, channels / groups, 3, 2];
      const w = file.numbers(elementCount(shape));
      const out = file.with("Conv", ["x", file.floats(shape, w)], attributes);
      const {
        strides = [1, 1],
        pads = [0, 0, 0, 0],
        dilations = [1, 1],
      } = attributes as Record<string, readonly number[] | undefined>;
      await expectAnswers(file, out, (x) => {
        const parts = tf.split<tf.Tensor4D>(pad(asImage(x), pads), groups, 3);
        const kernels = tf.split<tf.Tensor4D>(kernelOf(w, shape), groups, 3);
        const stride = [...strides] as [number, number];
        const dilation = [...dilations] as [number, number];
        const results = parts.map((part, k) => tf.conv2d(part, kernels[k]!, stride, "valid", "NHWC", dilation));
        return asPlanes(tf.concat(results, 3));
      });
    });
  }

  it("convolve and pool sequences", async () => {
    const file = new OnnxFile([null, 3, 11]);
    const w = file.numbers(4 * 3 * 3);
    const conv = file.with("Conv", ["x", file.floats([4, 3, 3], w)], { pads: [1, 1], strides: [2] });
    const out = file.with("AveragePool", [conv], { kernel_shape: [2], strides: [2] });
    await expectAnswers(file, out, (x) => {
      const padded = tf.pad3d(tf.transpose(x, [0, 2, 1]) as tf.Tensor3D, [
        [0, 0],
        [1, 1],
        [0, 0],
      ]);
      const kernel = tf.transpose(tf.tensor3d(w, [4, 3, 3]), [2, 1, 0]);
      const y = tf.expandDims<tf.Tensor4D>(tf.conv1d(padded, kernel, 2, "valid"), 1);
      return tf.transpose(tf.squeeze(tf.avgPool(y, [1, 2], [1, 2], "valid"), [1]), [0, 2, 1]);
    });
  });

  it("pad as auto_pad says, the odd zero after or before", async () => {
    for (const [auto, before] of [
      ["SAME_UPPER", [0, 0]],
      ["SAME_LOWER", [1, 1]],
    ] as const) {
      const file = new OnnxFile([1, 1, 6, 6]);
      const w = file.numbers(4);
      const out = file.with("Conv", ["x", file.floats([1, 1, 2, 2], w)], { auto_pad: auto });
      const pads = [...before, 1 - before[0], 1 - before[1]];
      await expectAnswers(file, out, (x) =>
        asPlanes(tf.conv2d(pad(asImage(x), pads), kernelOf(w, [1, 1, 2, 2]), 1, "valid")),
      );
    }
  });

  it("let the padding of a MaxPool never win, with ceil_mode too", async () => {
    const file = new OnnxFile([1, 2, 6, 6]);
    const out = file.with("MaxPool", ["x"], {
      kernel_shape: [3, 3],
      strides: [2, 2],
      pads: [1, 1, 0, 0],
      ceil_mode: 1,
    });
    await expectAnswers(file, out, (x) => {
      const lowered = tf.sub<tf.Tensor4D>(asImage(x), 100);
      return asPlanes(tf.add(tf.maxPool(pad(lowered, [1, 1, 1, 1], -1e3), 3, 2, "valid"), 100));
    });
  });

  it("average over zeros where count_include_pad says so", async () => {
    const file = new OnnxFile([1, 2, 6, 6]);
    const out = file.with("AveragePool", ["x"], { kernel_shape: [2, 2], pads: [1, 1, 1, 1], count_include_pad: 1 });
    await expectAnswers(file, out, (x) => asPlanes(tf.avgPool(pad(asImage(x), [1, 1, 1, 1]), 2, 1, "valid")));
  });

  it("stay channels last through a residual block with squeeze and excitation", async () => {
    const file = new OnnxFile([null, 4, 6, 6]);
    const [w, s] = [file.numbers(4 * 4 * 9), file.numbers(16)];
    const values = [
      [0.6, -1.1, 1.6, 2.1],
      [0.35, 1.1, -1.6, 2.1],
      [0.6, 1.1, 1.6, -2.1],
      [1.1, 1.1, 1.6, 2.1],
    ];
    const statistics = values.map((list) => file.floats([4], list));
    const conv = file.with("Conv", ["x", file.floats([4, 4, 3, 3], w)], { pads: [1, 1, 1, 1] });
    const normal = file.op("BatchNormalization", [conv, ...statistics]);
    const global = file.op("GlobalAveragePool", [normal]);
    const gate = file.op("Sigmoid", [file.op("Conv", [global, file.floats([4, 4, 1, 1], s)])]);
    const sum = file.op("Add", [file.op("Mul", [normal, gate]), conv]);
    const pooled = file.with("ReduceMean", [sum], { axes: [2, 3], keepdims: 0 });
    const model = await expectAnswers(file, pooled, (x) => {
      const y = tf.conv2d(pad(asImage(x), [1, 1, 1, 1]), kernelOf(w, [4, 4, 3, 3]), 1, "valid");
      const [scale, bias, mean, variance] = values.map((list) => tf.tensor1d(list));
      const normed = tf.batchNorm4d(y, mean as tf.Tensor1D, variance as tf.Tensor1D, bias, scale, 1e-5);
      const g = tf.sigmoid(
        tf.conv2d(tf.mean<tf.Tensor4D>(normed, [1, 2], true), kernelOf(s, [4, 4, 1, 1]), 1, "valid"),
      );
      return tf.mean(tf.add(tf.mul(normed, g), y), [1, 2]);
    });
    expect(operationsOf(model).filter((op) => op === "transpose")).to.have.length(1);
  });

  it("cancel the transposes of a model whose file has channels last", async () => {
    const file = new OnnxFile([null, 6, 6, 3]);
    const w = file.numbers(2 * 3 * 4);
    const planes = file.with("Transpose", ["x"], { perm: [0, 3, 1, 2] });
    const conv = file.op("Conv", [planes, file.floats([2, 3, 2, 2], w)]);
    const out = file.with("Transpose", [file.op("Relu", [conv])], { perm: [0, 2, 3, 1] });
    const model = await expectAnswers(file, out, (x) =>
      tf.relu(tf.conv2d(x as tf.Tensor4D, kernelOf(w, [2, 3, 2, 2]), 1, "valid")),
    );
    expect(operationsOf(model)).to.deep.equal(["conv2d", "clip"]);
  });

  it("take parts, join and pad along channels and rows", async () => {
    const file = new OnnxFile([null, 4, 5, 6]);
    const w = file.numbers(4 * 4);
    const conv = file.op("Conv", ["x", file.floats([4, 4, 1, 1], w)]);
    const outputs = ["a", "b"];
    file.op("Split", [conv, file.ints([1, 3])], { attributes: { axis: 1 }, outputs });
    const rows = file.op("Slice", [
      "b",
      file.ints([1, -3]),
      file.ints([1000, -1]),
      file.ints([2, 3]),
      file.ints([2, 1]),
    ]);
    const padded = file.op("Pad", [rows, file.ints([0, 0, 1, 2, 0, 0, 2, 2]), file.floats([], [0.5])]);
    const out = file.with("Concat", ["a", padded], { axis: 1 });
    await expectAnswers(file, out, (x) => {
      const y = asPlanes(tf.conv2d(asImage(x), kernelOf(w, [4, 4, 1, 1]), 1, "valid"));
      const [a, b] = tf.split(y, [1, 3], 1);
      const part = tf.stridedSlice(b!, [0, 0, 1, 3], [1, 3, 5, 5], [1, 1, 2, 1]);
      return tf.concat(
        [
          a!,
          tf.pad(
            part,
            [
              [0, 0],
              [0, 0],
              [1, 2],
              [2, 2],
            ],
            0.5,
          ),
        ],
        1,
      );
    });
  });
});
