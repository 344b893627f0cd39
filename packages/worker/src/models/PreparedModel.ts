import type { IntegerModel, ModelManifest, PublicWords, Trace, VerificationKey } from "@verimesh/core";

/** A version that this worker can serve: fetched, checked against the chain, loaded. */
export interface PreparedModel {
  readonly modelId: bigint;
  readonly version: bigint;
  readonly manifestCid: string;
  readonly manifest: ModelManifest;
  readonly model: IntegerModel;
  /** How inputs and answers are told to the contracts. */
  readonly words: PublicWords;
  /** Undefined for a version without a circuit. */
  readonly proving: ProvingFiles | undefined;
  run(input: Uint8Array): Promise<Trace>;
  dispose(): void;
}

export interface ProvingFiles {
  readonly verificationKey: VerificationKey;
  readonly provingKey: Uint8Array;
  readonly witnessCalculator: Uint8Array;
}
