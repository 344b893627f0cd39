import { channelsOf } from "../shapes.ts";
import type { MaxPool2dNode, Shape } from "../types.ts";
import type { Bounds } from "./Bounds.ts";

/** Each element of a tensor is the largest of a window over another one, so no less than any element of that window. */
export interface LargestOf {
  /** Of the tensor with the windows: this very object. */
  readonly values: Bounds;
  readonly pool: Pick<MaxPool2dNode, "window" | "strides">;
  /** Shapes of the tensor with the windows and of their largest elements. */
  readonly source: Shape;
  readonly shape: Shape;
  /** Per element, which window's largest it is. */
  readonly places: Int32Array;
}

/** Whether every element of `large` is no less than the element of `values` at the same place. */
export function isAtLeast(large: Bounds, values: Bounds): boolean {
  const largest = large.largestOf;
  return largest?.values === values && largest.places.every((place, index) => isWithin(largest, place, index));
}

function isWithin({ pool, source, shape }: LargestOf, place: number, element: number): boolean {
  const channels = channelsOf(source);
  const [pixel, middle] = [Math.floor(element / channels), Math.floor(place / channels)];
  const y = Math.floor(pixel / source[1]!) - Math.floor(middle / shape[1]!) * pool.strides[0];
  const x = (pixel % source[1]!) - (middle % shape[1]!) * pool.strides[1];
  const isInWindow = y >= 0 && y < pool.window[0] && x >= 0 && x < pool.window[1];
  return isInWindow && element % channels === place % channels;
}
