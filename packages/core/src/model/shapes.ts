import type { Shape } from "./types.ts";

/** Number of elements of a shape. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Size of the last axis: biases and shifts are per channel. */
export function channelsOf(shape: Shape): number {
  return shape.at(-1)!;
}

/** How many elements apart two neighbours along each axis are, row-major. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/**
 * For each element of `shape`, row-major, the number `start + Σ strides[axis] · position[axis]`: where it lies in a tensor
 * that is walked with those strides.
 */
export function stridedIndices(shape: Shape, start: number, strides: readonly number[]): Int32Array {
  const indices = new Int32Array(elementCount(shape));
  const position = new Array<number>(shape.length).fill(0);
  let at = start;
  for (let index = 0; index < indices.length; index++) {
    indices[index] = at;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++position[axis]! < shape[axis]!) break;
      at -= strides[axis]! * shape[axis]!;
      position[axis] = 0;
    }
  }
  return indices;
}
