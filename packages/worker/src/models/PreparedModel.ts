import type { IntegerModel, ModelManifest, Trace, VerificationKey } from "@verimesh/core";

/** A version that this worker can serve: fetched, checked against the chain, loaded. */
export interface PreparedModel {
  readonly modelId: bigint;
  readonly version: bigint;
  readonly manifestCid: string;
  readonly manifest: ModelManifest;
  readonly model: IntegerModel;
  readonly verificationKey: VerificationKey;
  readonly provingKey: Uint8Array;
  readonly witnessCalculator: Uint8Array;
  run(input: Uint8Array): Promise<Trace>;
  dispose(): void;
}
