/** Indices of the k largest values, largest first; on a tie the lower index first. */
export function topK(values: ArrayLike<number>, k: number): Int32Array {
  const indices = Array.from(values, (_, index) => index);
  return Int32Array.from(indices.sort((a, b) => values[b]! - values[a]! || a - b).slice(0, k));
}

/** Index of the largest value, the lowest index on a tie. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[best]!) best = index;
  return best;
}
