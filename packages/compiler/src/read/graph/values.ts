import { elementCount, type Shape } from "@verimesh/core";
import type { FloatSource } from "../../float/types.ts";

/** Numbers known while reading, of the file's shape. */
export interface Constant {
  readonly kind: "constant";
  readonly shape: Shape;
  readonly values: ArrayLike<number>;
}

/**
 * What a node of the float model gives. The file's shape has a batch axis, which is read as 1; the float node's shape is
 * the same without a leading 1, over the same values in the same order.
 */
export interface GraphTensor {
  readonly kind: "tensor";
  readonly shape: Shape;
  readonly source: FloatSource;
}

export type GraphValue = Constant | GraphTensor;

export function constant(shape: Shape, values: ArrayLike<number>): Constant {
  return { kind: "constant", shape, values };
}

/** The float node's shape for a shape in the file. */
export function bareShape(shape: Shape): Shape {
  if (shape.length === 0) return [1];
  return shape.length > 1 && shape[0] === 1 ? shape.slice(1) : shape;
}

/** numpy's rule; undefined if the shapes do not go together. */
export function broadcastShapes(a: Shape, b: Shape): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const result = Array.from({ length: rank }, (_, axis) => {
    const [left, right] = [a[a.length - rank + axis] ?? 1, b[b.length - rank + axis] ?? 1];
    return left === right || right === 1 ? left : left === 1 ? right : -1;
  });
  return result.includes(-1) ? undefined : result;
}

/** A constant stretched to a shape that it broadcasts to. */
export function broadcastConstant({ shape, values }: Constant, to: Shape): Float64Array {
  const aligned = [...new Array<number>(to.length - shape.length).fill(1), ...shape];
  const steps = stridesOf(aligned).map((step, axis) => (aligned[axis] === 1 ? 0 : step));
  return gatherIndices(to, steps, 0, values);
}

/** A constant with its axes in another order. */
export function transposeConstant({ shape, values }: Constant, permutation: readonly number[]): Constant {
  const steps = stridesOf(shape);
  const to = permutation.map((axis) => shape[axis]!);
  return constant(
    to,
    gatherIndices(
      to,
      permutation.map((axis) => steps[axis]!),
      0,
      values,
    ),
  );
}

/** A part of a constant. */
export function sliceConstant(
  { shape, values }: Constant,
  begin: readonly number[],
  size: readonly number[],
  strides: readonly number[],
): Constant {
  const steps = stridesOf(shape);
  const first = begin.reduce((sum, start, axis) => sum + start * steps[axis]!, 0);
  return constant(
    size,
    gatherIndices(
      size,
      steps.map((step, axis) => step * strides[axis]!),
      first,
      values,
    ),
  );
}

/** Elements between two neighbours along each axis, row-major. */
function stridesOf(shape: Shape): number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
}

function gatherIndices(shape: Shape, steps: readonly number[], first: number, values: ArrayLike<number>): Float64Array {
  const result = new Float64Array(elementCount(shape));
  const position = new Array<number>(shape.length).fill(0);
  let index = first;
  for (let element = 0; element < result.length; element++) {
    result[element] = values[index]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index += steps[axis]!;
      if (++position[axis]! < shape[axis]!) break;
      index -= steps[axis]! * shape[axis]!;
      position[axis] = 0;
    }
  }
  return result;
}
