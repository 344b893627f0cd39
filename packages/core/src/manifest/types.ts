import type { InputBinding } from "../circuit/types.ts";
import type { AveragePool2dLayer, Conv2dLayer, DenseLayer, FlattenLayer, Shape } from "../model/types.ts";

/**
 * What the model's numbers mean, and where everything is: a dag-json document under the CID that the registry holds.
 * A model that is too large to prove has no circuit: its answers are settled by quorum, or stand until challenged.
 */
export type ModelManifest = ProvableManifest | CircuitlessManifest;

interface ManifestBase {
  readonly format: "verimesh-manifest/1";
  readonly name: string;
  readonly description: string;
  /** The integer model without its tensors; they are at `offset` of the weights file. */
  readonly architecture: ModelArchitecture;
  readonly accuracy: AccuracyReport;
  readonly input: InputEncoding;
  readonly output: OutputEncoding;
}

/** A model with a circuit: its answers can be proven. */
export interface ProvableManifest extends ManifestBase {
  /** CIDs as strings (CIDv1, base32). */
  readonly files: {
    readonly weights: string;
    readonly provingKey: string;
    readonly verificationKey: string;
    readonly witnessCalculator: string;
    /** The skeleton's circom source. */
    readonly skeleton: string;
    /** The held-out samples that `accuracy.integer` was measured on (`parseEvaluation`), where the author publishes them. */
    readonly evaluation?: string | undefined;
  };
  readonly circuit: {
    readonly compiler: string;
    /** sha256, hex: of the linked R1CS. */
    readonly r1csHash: string;
    readonly constraints: number;
    readonly inputBinding: InputBinding;
    readonly outputWords: number;
    readonly inputWords: number;
  };
  readonly setup: { readonly kind: "insecure-dev" } | { readonly kind: "ceremony"; readonly transcript: string };
}

/** A model without a circuit: nothing of a proof is there, the encodings are the same. */
export interface CircuitlessManifest extends ManifestBase {
  readonly files: {
    readonly weights: string;
    readonly provingKey?: undefined;
    readonly verificationKey?: undefined;
    readonly witnessCalculator?: undefined;
    readonly skeleton?: undefined;
    readonly evaluation?: string | undefined;
  };
  readonly circuit?: undefined;
  readonly setup?: undefined;
}

export interface AccuracyReport {
  /** Share of held-out samples answered right, 0 to 1. */
  readonly float: number;
  readonly integer: number;
  readonly samples: number;
}

/**
 * A real feature v becomes the byte `round((v − offset) / scale)`. What is not in 0 to 255 is refused, unless the caller
 * of `encodeInput` asks to have it clamped.
 */
export interface InputEncoding {
  readonly shape: Shape;
  /** One scale and offset for all elements, or one per element. */
  readonly scale: readonly number[];
  readonly offset: readonly number[];
  /** Names of the elements, in order, where they have any. */
  readonly names?: readonly string[] | undefined;
}

export interface OutputEncoding {
  readonly kind: "scores" | "argmax";
  /** Number of output integers: of scores, or 1. */
  readonly length: number;
  /** Bits of each packed output, and what was added to make it non-negative. */
  readonly bits: number;
  readonly offset: number;
  /** Real score = integer · scale; absent for argmax. */
  readonly scale?: number | undefined;
  /** Names of the classes, in order. */
  readonly labels?: readonly string[] | undefined;
}

export interface TensorReference {
  readonly dtype: "int8" | "int32";
  readonly shape: Shape;
  /** Bytes from the start of the weights file; int32 is little-endian and aligned to 4. */
  readonly offset: number;
}

export interface ModelArchitecture {
  readonly format: "verimesh-integer-model/1";
  readonly inputShape: Shape;
  readonly output: "scores" | "argmax";
  readonly layers: readonly LayerArchitecture[];
}

/** A layer whose tensors are in the weights file. */
type WithTensorReferences<Layer> = Omit<Layer, "weights" | "bias"> & {
  readonly weights: TensorReference;
  readonly bias: TensorReference;
};

export type LayerArchitecture =
  WithTensorReferences<DenseLayer> | WithTensorReferences<Conv2dLayer> | AveragePool2dLayer | FlattenLayer;
