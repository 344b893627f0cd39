/** The next larger float64: `x ≤ t` where `x < nextFloat64(t)`. */
export function nextFloat64(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const words = new BigInt64Array(new Float64Array([value]).buffer);
  words[0]! += value > 0 ? 1n : -1n;
  return new Float64Array(words.buffer)[0]!;
}

/** The same among float32; the value is rounded to float32 first. */
export function nextFloat32(value: number): number {
  const rounded = Math.fround(value);
  const words = new Int32Array(new Float32Array([rounded === 0 ? 0 : rounded]).buffer);
  words[0]! += rounded >= 0 ? 1 : -1;
  return new Float32Array(words.buffer)[0]!;
}
