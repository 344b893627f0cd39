import type { Conv2dLayer, DenseLayer, IntegerModel, LinearLayer } from "../model/types.ts";

/** A dense layer from rows of weights `[inputs][units]`. */
export function dense(
  name: string,
  rows: number[][],
  bias: number[],
  requantization: LinearLayer["requantization"] = null,
): DenseLayer {
  const [inputs, units] = [rows.length, bias.length];
  return {
    kind: "dense",
    name,
    inputs,
    units,
    weights: Int8Array.from(rows.flat()),
    bias: Int32Array.from(bias),
    requantization,
  };
}

/** 3 inputs → 2 rescaled units → 2 classes: small enough to compute by hand. */
export function tinyDenseModel(output: "scores" | "argmax" = "argmax"): IntegerModel {
  return {
    format: "verimesh-integer-model/1",
    inputShape: [3],
    layers: [
      dense(
        "hidden",
        [
          [1, -2],
          [3, 4],
          [-5, 6],
        ],
        [7, -8],
        { shifts: [1, 3], lo: 0, hi: 255 },
      ),
      dense(
        "logits",
        [
          [2, -1],
          [-3, 1],
        ],
        [5, 0],
      ),
    ],
    output,
  };
}

/** 3×3×1 → conv 2×2 stride 2 "same" → flatten → 2 scores. */
export function tinyConvModel(): IntegerModel {
  const conv: Conv2dLayer = {
    kind: "conv2d",
    name: "conv",
    inputShape: [3, 3, 1],
    outputShape: [2, 2, 1],
    kernel: [2, 2],
    strides: [2, 2],
    padding: { top: 0, bottom: 1, left: 0, right: 1 },
    weights: Int8Array.of(1, 2, 3, 4),
    bias: Int32Array.of(-3),
    requantization: { shifts: [2], lo: 0, hi: 255 },
  };
  const scores = dense(
    "scores",
    [
      [1, 0],
      [0, 1],
      [1, 1],
      [-1, 2],
    ],
    [0, 1],
  );
  const flatten = { kind: "flatten", name: "flatten", inputShape: [2, 2, 1] } as const;
  return {
    format: "verimesh-integer-model/1",
    inputShape: [3, 3, 1],
    layers: [conv, flatten, scores],
    output: "scores",
  };
}
