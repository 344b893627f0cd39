import type { Shape } from "../../model/types.ts";
import type { Random } from "../../random.ts";

/** Random numbers as models hold them: extreme, small, mostly zero, or anything. */
export function drawWeights(random: Random, count: number): Int8Array {
  const kind = random.pick(["uniform", "sparse", "extreme", "small", "zero"] as const);
  return Int8Array.from({ length: count }, () => {
    if (kind === "extreme") return random.pick([-127, 127]);
    if (kind === "small") return random.integer(-2, 2);
    if (kind === "zero" || (kind === "sparse" && random.chance(0.7))) return 0;
    return random.integer(-127, 127);
  });
}

export function drawBias(random: Random, count: number): Int32Array {
  const limit = random.pick([0, 10, 5_000, 400_000]);
  return Int32Array.from({ length: count }, () => random.integer(-limit, limit));
}

/** How long a list is that may hold one number for all, one per channel or one per element. */
export function drawLength(random: Random, shape: Shape): number {
  return random.pick([1, shape.at(-1)!, shape.reduce((product, size) => product * size, 1)]);
}

/** A shape of that many elements and axes. */
export function factorize(random: Random, count: number, rank: number): number[] {
  const shape = new Array<number>(rank).fill(1);
  let rest = count;
  for (let factor = 2; rest > 1;) {
    if (factor * factor > rest) factor = rest;
    if (rest % factor > 0) {
      factor++;
      continue;
    }
    rest /= factor;
    shape[random.integer(0, rank - 1)]! *= factor;
  }
  return shape;
}

/** A random order of 0 to count − 1. */
export function drawOrder(random: Random, count: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  random.shuffle(order);
  return order;
}
