/**
 * Where `Thresholds.circom` cuts a value's bits so that these thresholds cost least.
 *
 * @param n number of bits of the value
 * @param thresholds in [1, 2^n − 1], distinct
 */
export function cheapestSplit(
  n: number,
  thresholds: readonly number[],
): { readonly split: number; readonly constraints: number } {
  // A side of more than 12 bits would make circom hold more than 4096 expressions.
  const splits = Array.from({ length: n + 1 }, (_, split) => split).filter((split) => Math.max(split, n - split) <= 12);
  return splits
    .map((split) => ({ split, constraints: thresholds.length + sharedProducts(n, split, thresholds) }))
    .reduce((best, next) => (next.constraints < best.constraints ? next : best));
}

function sharedProducts(n: number, split: number, thresholds: readonly number[]): number {
  const high = n - split;
  const parents = Array.from({ length: high + 1 }, () => new Set<number>());
  const rests = new Set<string>();
  for (const threshold of thresholds) {
    const highPart = Math.floor(threshold / 2 ** split);
    const lowPart = threshold % 2 ** split;
    let depth = high;
    while (lowPart === 0 && depth > 0 && (highPart >> (high - depth)) % 2 === 0) depth--;
    for (let p = 1; p <= depth; p++) parents[p]!.add(highPart >> (high - p + 1));
    for (let p = 1; p < split + (high > 0 ? 1 : 0) && lowPart !== 0; p++) {
      const rest = lowPart % 2 ** (p - 1);
      if (rest !== 0) rests.add(`${p} ${rest}`);
    }
  }
  // Of a level that needs all parents' products the last is free.
  const prefixes = parents.reduce((sum, { size }, p) => sum + size - (p > 0 && size === 2 ** (p - 1) ? 1 : 0), 0);
  return prefixes + rests.size;
}
