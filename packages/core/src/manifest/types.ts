import type { InputBinding } from "../circuit/types.ts";
import type { Hiding, ModelNode, OutputRule, Shape } from "../model/types.ts";

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
  readonly kind: OutputRule["kind"];
  /** Number of output integers: of scores, 1 for argmax, k for topK. */
  readonly length: number;
  /** Bits of each packed output, and what was added to make it non-negative. */
  readonly bits: number;
  readonly offset: number;
  /** Real score = integer · scale; absent for argmax and topK. */
  readonly scale?: number | undefined;
  /** Names of the classes, in order. */
  readonly labels?: readonly string[] | undefined;
}

export interface TensorReference {
  readonly dtype: "int8" | "int32";
  /** Number of elements. */
  readonly length: number;
  /** Bytes from the start of the weights file: a multiple of 4; int32 is little-endian. */
  readonly offset: number;
}

export interface ModelArchitecture {
  readonly format: "verimesh-integer-model/2";
  readonly inputShape: Shape;
  readonly output: OutputRule;
  readonly hides: Hiding;
  readonly nodes: readonly NodeArchitecture[];
}

/** A node whose tensors are in the weights file. */
export type NodeArchitecture = WithTensorReferences<ModelNode>;

type WithTensorReferences<Node> = Node extends ModelNode
  ? { readonly [Field in keyof Node]: TensorReferenceOf<Node[Field]> }
  : never;

type TensorReferenceOf<Field> = Field extends Int8Array | Int32Array
  ? TensorReference
  : Field extends readonly Int32Array[]
    ? readonly TensorReference[]
    : Field;
