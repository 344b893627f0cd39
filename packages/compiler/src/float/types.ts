import type { Padding2d, Shape } from "@verimesh/core";

/**
 * A trained model as the compiler sees it, whatever file it came from: a graph of float operations in topological order,
 * without a batch axis, channels last. Readers write it, `runFloat` executes it, the quantizer makes it integer.
 * Readers fold what is constant: a node's tensors are numbers, never other nodes.
 */

/** What a node consumes: 0 is the model's input, k > 0 the k-th node, counted from 1. */
export type FloatSource = number;

interface FloatBase {
  /** Unique in the model; the name in the file where it has one. */
  readonly name: string;
  /** Shape of the result, without batch. */
  readonly shape: Shape;
}

interface FloatUnary extends FloatBase {
  readonly source: FloatSource;
}

/** Over the last axis: `y = x · weights + bias`. */
export interface FloatDense extends FloatUnary {
  readonly op: "dense";
  readonly inputs: number;
  readonly units: number;
  /** Row-major `[inputs, units]`. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** Over `[height, width, channels]`; a one-dimensional convolution is one of height 1, between reshapes. */
export interface FloatConv2d extends FloatUnary {
  readonly op: "conv2d";
  readonly filters: number;
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: Padding2d;
  readonly groups: number;
  /** Row-major `[kernelHeight, kernelWidth, channels / groups, filters]`. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** No padding. Global pooling is a window of the whole height and width; a mean over an axis is a reshape and this. */
export interface FloatAveragePool2d extends FloatUnary {
  readonly op: "averagePool2d";
  readonly window: readonly [number, number];
  readonly strides: readonly [number, number];
}

/** Padded elements never win. */
export interface FloatMaxPool2d extends FloatUnary {
  readonly op: "maxPool2d";
  readonly window: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding2d;
}

/** `y = x · scale + offset`, one for all, per channel or per element: batch normalisation, standardisation. */
export interface FloatAffine extends FloatUnary {
  readonly op: "affine";
  readonly scale: Float32Array;
  readonly offset: Float32Array;
}

/** Any function of one number. The quantizer knows `clip` (a ReLU is [0, ∞]) and makes a table of everything else. */
export interface FloatUnaryFunction extends FloatUnary {
  readonly op: "unary";
  readonly function: UnaryFunction;
}

export type UnaryFunction =
  /** ReLU: 0, ∞; ReLU6: 0, 6. */
  | { readonly kind: "clip"; readonly lo: number; readonly hi: number }
  | { readonly kind: "leakyRelu"; readonly alpha: number }
  | { readonly kind: "elu"; readonly alpha: number }
  | { readonly kind: "selu" }
  | { readonly kind: "sigmoid" }
  | { readonly kind: "hardSigmoid"; readonly alpha: number; readonly beta: number }
  | { readonly kind: "tanh" }
  | { readonly kind: "gelu"; readonly approximate: boolean }
  | { readonly kind: "swish" }
  | { readonly kind: "mish" }
  | { readonly kind: "hardSwish" }
  | { readonly kind: "softplus" }
  | { readonly kind: "softsign" }
  | { readonly kind: "erf" }
  | { readonly kind: "exp" }
  | { readonly kind: "log" }
  | { readonly kind: "sqrt" }
  | { readonly kind: "reciprocal" }
  | { readonly kind: "square" }
  | { readonly kind: "abs" }
  | { readonly kind: "sign" }
  | { readonly kind: "floor" };

/** Two tensors of one shape. */
export interface FloatBinary extends FloatBase {
  readonly op: "add" | "subtract" | "multiply" | "maximum" | "minimum";
  readonly sources: readonly [FloatSource, FloatSource];
}

/** `[…, m, k] · […, k, n]`, leading axes equal. */
export interface FloatMatMul extends FloatBase {
  readonly op: "matMul";
  readonly sources: readonly [FloatSource, FloatSource];
}

/** Over the last axis. */
export interface FloatSoftmax extends FloatUnary {
  readonly op: "softmax";
}

/** Over the last axis: `(x − mean) / sqrt(variance + epsilon) · gamma + beta`. */
export interface FloatLayerNorm extends FloatUnary {
  readonly op: "layerNorm";
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly epsilon: number;
}

/** The source holds whole numbers in [0, rows): `y[…, :] = table[x[…], :]`. */
export interface FloatEmbedding extends FloatUnary {
  readonly op: "embedding";
  readonly rows: number;
  readonly width: number;
  /** Row-major `[rows, width]`. */
  readonly table: Float32Array;
}

export interface FloatReshape extends FloatUnary {
  readonly op: "reshape";
}

export interface FloatTranspose extends FloatUnary {
  readonly op: "transpose";
  readonly permutation: readonly number[];
}

export interface FloatSlice extends FloatUnary {
  readonly op: "slice";
  readonly begin: readonly number[];
  readonly size: readonly number[];
  readonly strides: readonly number[];
}

export interface FloatConcat extends FloatBase {
  readonly op: "concat";
  readonly sources: readonly FloatSource[];
  readonly axis: number;
}

export interface FloatPad extends FloatUnary {
  readonly op: "pad";
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
}

export interface FloatBroadcast extends FloatUnary {
  readonly op: "broadcast";
}

/** Decision trees over a flat input: sums of leaves, plus `base`. */
export interface FloatTrees extends FloatUnary {
  readonly op: "trees";
  /** Number of scores. */
  readonly outputs: number;
  readonly base: Float64Array;
  readonly trees: readonly DecisionTree[];
}

/** Nodes in an array; node 0 is the root. A node goes left where `x[feature] < threshold`, right otherwise. */
export interface DecisionTree {
  readonly nodes: readonly (TreeSplit | TreeLeaf)[];
}

export interface TreeSplit {
  readonly kind: "split";
  readonly feature: number;
  /** Readers turn `≤ t` into `< next float above t`, in the precision in which the file's library compares. */
  readonly threshold: number;
  readonly left: number;
  readonly right: number;
}

export interface TreeLeaf {
  readonly kind: "leaf";
  /** What the leaf adds to each of the scores it names. */
  readonly contributions: readonly { readonly output: number; readonly value: number }[];
}

export type FloatNode =
  | FloatDense
  | FloatConv2d
  | FloatAveragePool2d
  | FloatMaxPool2d
  | FloatAffine
  | FloatUnaryFunction
  | FloatBinary
  | FloatMatMul
  | FloatSoftmax
  | FloatLayerNorm
  | FloatEmbedding
  | FloatReshape
  | FloatTranspose
  | FloatSlice
  | FloatConcat
  | FloatPad
  | FloatBroadcast
  | FloatTrees;

export interface FloatModel {
  /** The reader's name for the format, for reports: "TensorFlow.js Layers", "ONNX opset 17", … */
  readonly format: string;
  readonly inputShape: Shape;
  /** Names of the input's elements, where the file tells them. */
  readonly inputNames?: readonly string[] | undefined;
  /** In topological order; the last one gives the scores. */
  readonly nodes: readonly FloatNode[];
  /** What the file applied to the scores at the very end; the integer model leaves it out, as it changes no order. */
  readonly droppedActivation: "linear" | "softmax" | "sigmoid";
}
