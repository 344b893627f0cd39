import type { FloatModel } from "@verimesh/compiler";
import type { InputEncoding } from "@verimesh/core";

/** One labelled row: real features in the model's units, and the index of its class. */
export interface Sample {
  readonly features: Float32Array;
  readonly label: number;
}

export interface TrainOptions {
  readonly onProgress?:
    ((progress: { readonly epoch: number; readonly epochs: number; readonly loss: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What the compiler needs of a trained model. */
export interface TrainedModel {
  /** Takes real features, in the units of `inputEncoding`. */
  readonly floatModel: FloatModel;
  readonly inputEncoding: InputEncoding;
  readonly training: readonly Sample[];
  /** Rows that training never saw. */
  readonly heldOut: readonly Sample[];
}
