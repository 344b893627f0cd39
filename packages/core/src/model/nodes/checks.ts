import { VerimeshError } from "../../errors/VerimeshError.ts";
import { MODEL_LIMITS } from "../limits.ts";
import { elementCount } from "../shapes.ts";
import type { ModelNode, Shape } from "../types.ts";

/** Integers between nodes stay below it in magnitude. */
export const VALUE_LIMIT = 2 ** 23;

export function refuse(node: ModelNode, problem: string, expected?: string): never {
  throw new VerimeshError(`Node "${node.name}" (${node.kind}) ${problem}.`, {
    code: "MODEL_INVALID",
    details: expected === undefined ? undefined : `Expected ${expected}.`,
  });
}

/** A negative zero is none: JSON forgets its sign, and the same model would give two circuits. */
export function isIntegerWithin(value: unknown, lo: number, hi: number): value is number {
  return Number.isInteger(value) && !Object.is(value, -0) && (value as number) >= lo && (value as number) <= hi;
}

/** Refuses a field that is no integer of [lo, hi]. */
export function checkInteger(node: ModelNode, what: string, value: unknown, lo: number, hi: number): void {
  if (isIntegerWithin(value, lo, hi)) return;
  refuse(node, `has ${what} ${Object.is(value, -0) ? "−0" : String(value)}`, `an integer from ${lo} to ${hi}`);
}

/** Refuses a list that has not one integer of [lo, hi] for each axis, or for each of whatever `length` counts. */
export function checkIntegers(
  node: ModelNode,
  what: string,
  values: readonly number[],
  length: number,
  lo: number,
  hi: number,
): void {
  if (!Array.isArray(values) || values.length !== length) {
    refuse(node, `has ${what} [${String(values)}]`, `${length} integers from ${lo} to ${hi}`);
  }
  for (const value of values) checkInteger(node, what, value, lo, hi);
}

/** Refuses a tensor of another type or length, or with an entry outside the range. */
export function checkTensor(
  node: ModelNode,
  what: string,
  tensor: Int8Array | Int32Array,
  type: typeof Int8Array | typeof Int32Array,
  lengths: readonly number[],
  range?: readonly [lo: number, hi: number],
): void {
  if (!(tensor instanceof type) || !lengths.includes(tensor.length)) {
    const count = (tensor as Partial<Int32Array> | undefined)?.length;
    refuse(node, `has ${String(count)} ${what}`, `an ${type.name} of ${[...new Set(lengths)].join(" or ")}`);
  }
  if (range === undefined) return;
  const [lo, hi] = range;
  for (let i = 0; i < tensor.length; i++) {
    if (tensor[i]! < lo || tensor[i]! > hi) refuse(node, `has ${what} ${tensor[i]}`, `${lo} to ${hi}`);
  }
}

/** Refuses what is no shape, or too large a one. */
export function checkShape(node: ModelNode, shape: Shape): Shape {
  const sizes = Array.isArray(shape) && shape.every((size) => isIntegerWithin(size, 1, MODEL_LIMITS.elements));
  if (!sizes || shape.length < 1 || shape.length > MODEL_LIMITS.rank) {
    refuse(node, `has shape [${String(shape)}]`, `1 to ${MODEL_LIMITS.rank} axes of 1 or more elements`);
  }
  if (elementCount(shape) > MODEL_LIMITS.elements) {
    refuse(node, `has ${elementCount(shape)} elements`, `at most ${MODEL_LIMITS.elements}`);
  }
  return shape;
}

/** Refuses a source that is no image. */
export function checkImage(node: ModelNode, shape: Shape): readonly [height: number, width: number, channels: number] {
  if (shape.length !== 3) refuse(node, `takes [${shape.join(", ")}]`, "[height, width, channels]");
  return shape as readonly [number, number, number];
}

/** Number of places that a window has along one axis. */
export function windowCount(node: ModelNode, size: number, window: number, stride: number): number {
  if (window > size) refuse(node, `has a window of ${window} over ${size}`, "a window within its source");
  return Math.floor((size - window) / stride) + 1;
}
