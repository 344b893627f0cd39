import { elementCount, type Shape } from "@verimesh/core";

/**
 * The elements of a new tensor of that shape, row-major, of which the one at `position` is
 * `data[start + Σ strides[axis] · position[axis]]`.
 */
export function strided<Data extends Float32Array | Float64Array>(
  data: Data,
  shape: Shape,
  start: number,
  strides: readonly number[],
): Data {
  const result = (data instanceof Float32Array
    ? new Float32Array(elementCount(shape))
    : new Float64Array(elementCount(shape))) as unknown as Data;
  const position = new Array<number>(shape.length).fill(0);
  let at = start;
  for (let index = 0; index < result.length; index++) {
    result[index] = data[at]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++position[axis]! < shape[axis]!) break;
      at -= strides[axis]! * shape[axis]!;
      position[axis] = 0;
    }
  }
  return result;
}
