/**
 * The integer model: the definition of what a proof is about. Every executor, circuit and second implementation
 * agrees with `runReference` on it bit for bit.
 *
 * A model is a graph of nodes in topological order over tensors of integers, without a batch axis, row-major, the
 * channel last. Three families of nodes:
 * - linear: exact sums over known integers; in a circuit one linked row per element, no constraint of their own;
 * - rearranging: the same integers elsewhere; in a circuit nothing at all;
 * - non-linear: what a circuit pays for.
 */

/** A shape without batch: `[features]`, `[tokens, features]`, `[height, width, channels]`, … up to four axes. */
export type Shape = readonly number[];

/** What a node consumes: 0 is the model's input, k > 0 the k-th node, counted from 1. Always an earlier one. */
export type Source = number;

interface NodeBase {
  /** 1 to 128 characters, unique in the model: for people. */
  readonly name: string;
}

interface UnaryNode extends NodeBase {
  readonly source: Source;
}

// ── linear ──

/** Over the last axis: `acc[…, o] = Σ weights[i][o] · x[…, i] + bias[o]`; `[…, inputs]` to `[…, units]`. */
export interface DenseNode extends UnaryNode {
  readonly kind: "dense";
  readonly inputs: number;
  readonly units: number;
  /** Row-major `[inputs, units]`, int8. */
  readonly weights: Int8Array;
  /** `[units]`, exact int32. */
  readonly bias: Int32Array;
}

/** Cross-correlation over `[height, width, channels]` with zero padding, as TensorFlow's conv2d. */
export interface Conv2dNode extends UnaryNode {
  readonly kind: "conv2d";
  readonly filters: number;
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Zeros added on each side. */
  readonly padding: Padding2d;
  /**
   * Filter o reads the input channels of group `floor(o / (filters / groups))` alone. Divides channels and filters; equal
   * to the channels in a depthwise convolution.
   */
  readonly groups: number;
  /** Row-major `[kernelHeight, kernelWidth, channels / groups, filters]`, int8. */
  readonly weights: Int8Array;
  /** `[filters]`, exact int32. */
  readonly bias: Int32Array;
}

export interface Padding2d {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** `acc = multiplier · Σ window` over `[height, width, channels]`, per channel, no padding. */
export interface SumPool2dNode extends UnaryNode {
  readonly kind: "sumPool2d";
  readonly window: readonly [number, number];
  readonly strides: readonly [number, number];
  /** 1 to 127: folds a division and scales. */
  readonly multiplier: number;
}

/**
 * Weighted sum of tensors of one shape: `acc[i] = Σ_k multipliers[k][i mod length] · x_k[i] + bias[i mod length]`.
 * With one source: an affine map per channel or element.
 */
export interface CombineNode extends NodeBase {
  readonly kind: "combine";
  /** One or more. */
  readonly sources: readonly Source[];
  /** Per source: one for all, one per channel (last axis), or one per element. */
  readonly multipliers: readonly Int32Array[];
  /** One for all, one per channel, or one per element. */
  readonly bias: Int32Array;
}

// ── rearranging ──

/** Same values in the same row-major order. */
export interface ReshapeNode extends UnaryNode {
  readonly kind: "reshape";
  readonly shape: Shape;
}

/** Axis a of the result is axis `permutation[a]` of the source, as numpy's transpose. */
export interface TransposeNode extends UnaryNode {
  readonly kind: "transpose";
  readonly permutation: readonly number[];
}

/** `size[a]` elements from `begin[a]` on, every `strides[a]`-th. */
export interface SliceNode extends UnaryNode {
  readonly kind: "slice";
  readonly begin: readonly number[];
  readonly size: readonly number[];
  readonly strides: readonly number[];
}

export interface ConcatNode extends NodeBase {
  readonly kind: "concat";
  readonly sources: readonly Source[];
  readonly axis: number;
}

/** `before[a]` and `after[a]` copies of a constant along each axis. */
export interface PadNode extends UnaryNode {
  readonly kind: "pad";
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** `|value| < 2^23`. */
  readonly value: number;
}

/** numpy's broadcast: axes of size 1 repeated, missing axes added in front. */
export interface BroadcastNode extends UnaryNode {
  readonly kind: "broadcast";
  readonly shape: Shape;
}

/** Picks elements by flat index: `y[i] = x[indices[i]]`. */
export interface GatherNode extends UnaryNode {
  readonly kind: "gather";
  readonly indices: Int32Array;
  readonly shape: Shape;
}

// ── non-linear ──

/**
 * `y = clamp(floor((x + half) / 2^shift), lo, hi)`, `half = shift > 0 ? 2^(shift-1) : 0`. A ReLU is `lo = 0`; a clip is
 * its bounds.
 */
export interface RequantizeNode extends UnaryNode {
  readonly kind: "requantize";
  /** One for all or one per channel, each 0 to 23. */
  readonly shifts: readonly number[];
  /** `-2^15 ≤ lo < hi ≤ 2^16 - 1` and `hi - lo < 2^16`; 8-bit activations are [0, 255] or [-128, 127]. */
  readonly lo: number;
  readonly hi: number;
}

/** Any function of one small integer: `y = table[x − lo]`. The bounds of the source lie within the table. */
export interface LookupNode extends UnaryNode {
  readonly kind: "lookup";
  readonly lo: number;
  /** 2 to 1024 entries, each `|t| < 2^23`. */
  readonly table: Int32Array;
}

/** The largest of each window over `[height, width, channels]`, per channel, no padding. */
export interface MaxPool2dNode extends UnaryNode {
  readonly kind: "maxPool2d";
  readonly window: readonly [number, number];
  readonly strides: readonly [number, number];
}

/** Elementwise product of two tensors of one shape. */
export interface MultiplyNode extends NodeBase {
  readonly kind: "multiply";
  readonly sources: readonly [Source, Source];
}

/** `[…, m, k] · […, k, n]` to `[…, m, n]`; leading axes equal. */
export interface MatMulNode extends NodeBase {
  readonly kind: "matMul";
  readonly sources: readonly [Source, Source];
}

/** `y[i] = x[i] ≥ thresholds[i] ? 1 : 0`. */
export interface AtLeastNode extends UnaryNode {
  readonly kind: "atLeast";
  /** One for all or one per element. */
  readonly thresholds: Int32Array;
}

/** `y[…, j] = (x[…] = lo + j) ? 1 : 0` for j below `size`; adds an axis at the end. The bounds of x lie within. */
export interface OneHotNode extends UnaryNode {
  readonly kind: "oneHot";
  readonly lo: number;
  /** 2 to 1024. */
  readonly size: number;
}

export type LinearNode = DenseNode | Conv2dNode | SumPool2dNode | CombineNode;
export type RearrangingNode =
  ReshapeNode | TransposeNode | SliceNode | ConcatNode | PadNode | BroadcastNode | GatherNode;
export type NonLinearNode =
  RequantizeNode | LookupNode | MaxPool2dNode | MultiplyNode | MatMulNode | AtLeastNode | OneHotNode;
export type ModelNode = LinearNode | RearrangingNode | NonLinearNode;

export interface IntegerModel {
  readonly format: "verimesh-integer-model/2";
  /** Inputs are integers in `[0, 255]`: exactly one byte each. */
  readonly inputShape: Shape;
  /** 1 or more, in topological order. */
  readonly nodes: readonly ModelNode[];
  readonly output: OutputRule;
  /** What the public signals hide. */
  readonly hides: Hiding;
}

/**
 * What a proof's public signals hide from those who do not know the requester's salt, a field element drawn at random.
 * - `nothing`: a short input and the output are public as packed words, a long input as `PoseidonChain(packed)`;
 * - `input`: the input word is `PoseidonChain(packed, salt)`, however short the input;
 * - `inputAndOutput`: and the output word is `PoseidonChain(packed output, Poseidon(salt, 1))`, so that whoever knows the
 *   input and the salt can open it by running the model.
 */
export type Hiding = "nothing" | "input" | "inputAndOutput";

/**
 * What the answer is, of the last node's values in row-major order, the scores.
 * - `scores`: the scores themselves;
 * - `argmax`: the index of the largest, the lowest index on a tie;
 * - `topK`: the indices of the k largest, largest first, the lower index first on a tie.
 */
export type OutputRule =
  { readonly kind: "scores" } | { readonly kind: "argmax" } | { readonly kind: "topK"; readonly k: number };

/** What a run leaves behind: all that the witness needs. Flat, row-major. */
export interface Trace {
  readonly input: Uint8Array;
  /** Per node, in order: its values; null for a rearranging node, whose values are others'. */
  readonly values: readonly (Int32Array | null)[];
  /** The answer: scores, one index, or k indices. */
  readonly output: Int32Array;
}

/** An inclusive interval of integers. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}
