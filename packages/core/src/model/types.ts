/**
 * The integer model: the definition of what a proof is about. Every executor, circuit and second implementation
 * agrees with `runReference` on it bit for bit.
 */

/** A shape without batch: `[features]`, or `[height, width, channels]`. */
export type Shape = readonly number[];

/** Rescales an accumulator: `y = clamp(floor((acc + half) / 2^shift), lo, hi)`, `half = shift > 0 ? 2^(shift-1) : 0`. */
export interface Requantization {
  /** One per output channel, 0 to 23. */
  readonly shifts: readonly number[];
  /** Lowest output: 0 after a ReLU, negative otherwise. */
  readonly lo: number;
  /** Highest output, at most 255; `hi - lo` is below 2^8. */
  readonly hi: number;
}

/** `acc[o] = Σ weights[i][o] · x[i] + bias[o]`. */
export interface DenseLayer {
  readonly kind: "dense";
  readonly name: string;
  readonly inputs: number;
  readonly units: number;
  /** Row-major `[inputs, units]`, int8. */
  readonly weights: Int8Array;
  /** `[units]`, exact int32. */
  readonly bias: Int32Array;
  /** Null on a last layer whose accumulators are the output. */
  readonly requantization: Requantization | null;
}

/** Cross-correlation over NHWC with zero padding, as TensorFlow's conv2d. */
export interface Conv2dLayer {
  readonly kind: "conv2d";
  readonly name: string;
  readonly inputShape: readonly [number, number, number];
  readonly outputShape: readonly [number, number, number];
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  /** Zeros added on each side. */
  readonly padding: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };
  /** Row-major `[kernelHeight, kernelWidth, inputChannels, outputChannels]`, int8. */
  readonly weights: Int8Array;
  /** `[outputChannels]`, exact int32. */
  readonly bias: Int32Array;
  readonly requantization: Requantization | null;
}

/** `acc = multiplier · Σ window`, no padding; the multiplier folds the division and both scales. */
export interface AveragePool2dLayer {
  readonly kind: "averagePool2d";
  readonly name: string;
  readonly inputShape: readonly [number, number, number];
  readonly outputShape: readonly [number, number, number];
  readonly poolSize: readonly [number, number];
  readonly strides: readonly [number, number];
  /** 1 to 127. */
  readonly multiplier: number;
  /** One shift per channel, all equal. */
  readonly requantization: Requantization;
}

/** Same values in the same row-major order, as one axis. */
export interface FlattenLayer {
  readonly kind: "flatten";
  readonly name: string;
  readonly inputShape: Shape;
}

export type LinearLayer = DenseLayer | Conv2dLayer | AveragePool2dLayer;
export type Layer = LinearLayer | FlattenLayer;

export interface IntegerModel {
  readonly format: "verimesh-integer-model/1";
  /** Inputs are integers in `[0, 255]`: exactly one byte each. */
  readonly inputShape: Shape;
  readonly layers: readonly Layer[];
  /**
   * `scores`: the last layer's accumulators (or its 8-bit outputs if it rescales).
   * `argmax`: the index of the largest of them, the lowest index on a tie; the last layer must not rescale.
   */
  readonly output: "scores" | "argmax";
}

/** What a run leaves behind: all that the witness needs. Flat, row-major. */
export interface Trace {
  readonly input: Uint8Array;
  /** Per linear layer, in order: the accumulators. */
  readonly accumulators: readonly Int32Array[];
  /** Per linear layer that rescales, in order: its outputs. */
  readonly activations: readonly Int32Array[];
  /** The answer: scores, or one index. */
  readonly output: Int32Array;
}

/** An inclusive interval of integers. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}
