import { elementCount, type Shape } from "@verimesh/core";

/** Numbers that belong to a tensor's elements: element i has entry `i mod length`. One for all, per channel, per element. */
export type Periodic = Float64Array;

export function uniform(value: number): Periodic {
  return Float64Array.of(value);
}

export function isUniform(list: Periodic): boolean {
  return list.every((value) => value === list[0]);
}

/** The shortest list that says the same: one entry, one per channel (last axis), or as it is. */
export function shortened(list: Periodic, shape: Shape): Periodic {
  if (isUniform(list)) return list.slice(0, 1);
  const channels = shape.at(-1) ?? 1;
  if (list.length % channels === 0 && list.every((value, index) => value === list[index % channels])) {
    return list.slice(0, channels);
  }
  return list;
}

/** One entry per element of a shape. */
export function expanded(list: Periodic, shape: Shape): Periodic {
  return Float64Array.from({ length: elementCount(shape) }, (_, index) => list[index % list.length]!);
}

/** Combines lists entry by entry, over the longest of them; lengths divide each other. */
export function zip(combine: (...values: number[]) => number, ...lists: readonly Periodic[]): Periodic {
  const length = lists.reduce((most, list) => Math.max(most, list.length), 1);
  return Float64Array.from({ length }, (_, index) => combine(...lists.map((list) => list[index % list.length]!)));
}

export function largestOf(list: ArrayLike<number>): number {
  let most = -Infinity;
  for (let index = 0; index < list.length; index++) most = Math.max(most, list[index]!);
  return most;
}
