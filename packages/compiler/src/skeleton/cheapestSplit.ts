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
  const products = new Set<string>();
  for (const threshold of thresholds) {
    const highPart = Math.floor(threshold / 2 ** split);
    const lowPart = threshold % 2 ** split;
    let depth = high;
    while (lowPart === 0 && depth > 0 && (highPart >> (high - depth)) % 2 === 0) depth--;
    for (let p = 2; p <= depth; p++) products.add(`prefix ${p} ${highPart >> (high - p + 1)}`);
    for (let p = 1; p < split + (high > 0 ? 1 : 0); p++) {
      if (lowPart % 2 ** (p - 1) !== 0) products.add(`least ${p} ${lowPart % 2 ** p}`);
    }
  }
  return products.size;
}
