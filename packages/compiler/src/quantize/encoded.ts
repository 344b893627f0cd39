import type { Shape, Source } from "@verimesh/core";
import type { Periodic } from "./periodic.ts";

/** A real tensor as integers: `real = integer · scale + offset`. */
export interface Encoded {
  readonly source: Source;
  readonly shape: Shape;
  /** Above 0. */
  readonly scale: Periodic;
  readonly offset: Periodic;
  /** A rescaling that is still to come: the integers are sums, and `scale` and `offset` are what they will be then. */
  readonly pending?: Pending | undefined;
}

export interface Pending {
  readonly shifts: readonly number[];
  readonly lo: number;
  readonly hi: number;
  /** Whether the bounds are the model's own, as a ReLU6's, and not those of the calibrated range; 0 below is never opened. */
  readonly isClip?: boolean | undefined;
}

/** What sums are brought to: integers in [lo, hi], `real = integer · scale`. */
export interface Target {
  /** One entry, or one per channel. */
  readonly scale: Periodic;
  readonly lo: number;
  readonly hi: number;
  /** Per channel: whether calibration data never leave 0. One entry, or one per channel. */
  readonly silent?: readonly boolean[] | undefined;
  /** Whether each channel's scale may be raised a little where that makes the circuit smaller. */
  readonly isFlexible: boolean;
}

/** How a linear step ends: as the model's scores, or rescaled. */
export type Finish = { readonly kind: "scores" } | { readonly kind: "rescale"; readonly target: Target };
