import type { Shape } from "@verimesh/core";

/** A float model as the compiler sees it: linear steps with their ReLU folded in, and flattens. */
export type FloatStep = FloatDense | FloatConv2d | FloatAveragePool2d | FloatFlatten;
export type FloatLinear = Exclude<FloatStep, FloatFlatten>;

interface FloatDense {
  readonly kind: "dense";
  readonly name: string;
  readonly inputs: number;
  readonly units: number;
  /** Row-major `[inputs, units]`. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly relu: boolean;
}

export interface FloatConv2d {
  readonly kind: "conv2d";
  readonly name: string;
  readonly inputShape: readonly [number, number, number];
  readonly outputShape: readonly [number, number, number];
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };
  /** Row-major `[kernelHeight, kernelWidth, inputChannels, outputChannels]`. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly relu: boolean;
}

interface FloatAveragePool2d {
  readonly kind: "averagePool2d";
  readonly name: string;
  readonly inputShape: readonly [number, number, number];
  readonly outputShape: readonly [number, number, number];
  readonly poolSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly relu: boolean;
}

interface FloatFlatten {
  readonly kind: "flatten";
  readonly name: string;
  readonly inputShape: Shape;
}

export interface FloatModel {
  readonly inputShape: Shape;
  readonly steps: readonly FloatStep[];
  /** What the last layer applied to its scores; the integer model leaves it out. */
  readonly droppedActivation: "linear" | "softmax" | "sigmoid";
}
