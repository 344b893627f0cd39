import { elementCount, type Shape } from "@verimesh/core";
import type { FloatSource } from "../../float/types.ts";
import type { ElementKind } from "./file/elementTypes.ts";

/** What a name in the graph stands for. */
export type OnnxValue = OnnxConstant | OnnxTensor | OnnxLabel;

/** Known when the file is read. Shapes are the file's own; a scalar's is empty. */
export interface OnnxConstant {
  readonly is: "constant";
  readonly kind: ElementKind;
  readonly shape: Shape;
  /** Float32 for float and below, float64 for everything else. */
  readonly data: Float32Array | Float64Array;
}

/**
 * Depends on the model's input. A node of the float model holds the elements, in the order of the file's shape, or, if
 * `isChannelsLast`, of `[...spatial, channels]` for a file's `[1, channels, ...spatial]`; its own shape may be any with as
 * many elements.
 */
export interface OnnxTensor {
  readonly is: "tensor";
  readonly kind: ElementKind;
  /** As in the file, with a batch of 1. */
  readonly shape: Shape;
  readonly source: FloatSource;
  readonly isChannelsLast: boolean;
  /** Whether axis 0 is the batch; lost where the model moves it. */
  readonly hasBatch: boolean;
}

/** The index of the greatest score, or a class's name by it: only at the very end. */
export interface OnnxLabel {
  readonly is: "label";
  readonly scores: OnnxTensor;
}

export function constant(kind: ElementKind, shape: Shape, data: Float32Array | Float64Array): OnnxConstant {
  return { is: "constant", kind, shape, data };
}

/** Whether two values are the same elements in the same order. */
export function isSameTensor(a: OnnxValue | undefined, b: OnnxValue | undefined): boolean {
  return a?.is === "tensor" && b?.is === "tensor" && a.source === b.source && a.isChannelsLast === b.isChannelsLast;
}

/** The only element of a constant, undefined if there are more. */
export function scalarOf(value: OnnxValue | undefined): number | undefined {
  return value?.is === "constant" && elementCount(value.shape) === 1 ? value.data[0] : undefined;
}

/** Numpy's broadcast of shapes, undefined where they do not fit. */
export function broadcastShape(...shapes: readonly Shape[]): Shape | undefined {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const result: number[] = [];
  for (let axis = 1; axis <= rank; axis++) {
    const sizes = new Set(shapes.map((shape) => shape.at(-axis) ?? 1).filter((size) => size !== 1));
    if (sizes.size > 1) return undefined;
    result.unshift([...sizes][0] ?? 1);
  }
  return result;
}
