import type { Conv2dNode, DenseNode, IntegerModel, OutputRule, RequantizeNode, Source } from "../model/types.ts";

/** A dense node from rows of weights `[inputs][units]`. */
export function dense(name: string, source: Source, rows: readonly (readonly number[])[], bias: number[]): DenseNode {
  return {
    kind: "dense",
    name,
    source,
    inputs: rows.length,
    units: bias.length,
    weights: Int8Array.from(rows.flat()),
    bias: Int32Array.from(bias),
  };
}

/** A rescaling to [0, 255]: with a ReLU. */
export function rescale(name: string, source: Source, shifts: readonly number[]): RequantizeNode {
  return { kind: "requantize", name, source, shifts, lo: 0, hi: 255 };
}

/** 3 inputs → 2 rescaled units → 2 classes: small enough to compute by hand. */
export function tinyDenseModel(output: OutputRule["kind"] = "argmax"): IntegerModel {
  return {
    format: "verimesh-integer-model/2",
    inputShape: [3],
    nodes: [
      dense(
        "hidden",
        0,
        [
          [1, -2],
          [3, 4],
          [-5, 6],
        ],
        [7, -8],
      ),
      rescale("rectified", 1, [1, 3]),
      dense(
        "logits",
        2,
        [
          [2, -1],
          [-3, 1],
        ],
        [5, 0],
      ),
    ],
    output: output === "topK" ? { kind: "topK", k: 1 } : { kind: output },
    hides: "nothing",
  };
}

/** 3×3×1 → conv 2×2 stride 2 "same" → rescale → flatten → 2 scores. */
export function tinyConvModel(): IntegerModel {
  const conv: Conv2dNode = {
    kind: "conv2d",
    name: "conv",
    source: 0,
    filters: 1,
    kernel: [2, 2],
    strides: [2, 2],
    dilations: [1, 1],
    padding: { top: 0, bottom: 1, left: 0, right: 1 },
    groups: 1,
    weights: Int8Array.of(1, 2, 3, 4),
    bias: Int32Array.of(-3),
  };
  const scores = dense(
    "scores",
    3,
    [
      [1, 0],
      [0, 1],
      [1, 1],
      [-1, 2],
    ],
    [0, 1],
  );
  return {
    format: "verimesh-integer-model/2",
    inputShape: [3, 3, 1],
    nodes: [conv, rescale("rectified", 1, [2]), { kind: "reshape", name: "flatten", source: 2, shape: [4] }, scores],
    output: { kind: "scores" },
    hides: "nothing",
  };
}
