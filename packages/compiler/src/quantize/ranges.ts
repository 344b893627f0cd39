/** How a tensor's reals are mapped to few bits: what is clipped. */
export type ClippingRule = "max" | "99.99%" | "99.9%" | "mse";

export const CLIPPING_RULES: readonly ClippingRule[] = ["max", "99.99%", "99.9%", "mse"];

/** An inclusive interval of reals that holds 0. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/**
 * The range of values that is kept, 0 within it.
 *
 * @param values calibrated values; sorted in place
 * @param levels how many integer steps the range gets
 */
export function clippedRange(values: Float32Array, levels: number, rule: ClippingRule): Range {
  values.sort();
  const [min, max] = [Math.min(0, values[0] ?? 0), Math.max(0, values.at(-1) ?? 0)];
  if (rule === "max" || min === max) return { min, max };
  const point = clippingPoint(values.map(Math.abs).sort(), min < 0 ? levels / 2 : levels, rule);
  return { min: Math.max(min, -point), max: Math.min(max, point) };
}

function clippingPoint(magnitudes: Float32Array, levels: number, rule: Exclude<ClippingRule, "max">): number {
  if (rule === "mse") return leastSquaredError(magnitudes, levels);
  const share = rule === "99.99%" ? 0.9999 : 0.999;
  return magnitudes[Math.floor(share * (magnitudes.length - 1))]! || magnitudes.at(-1)!;
}

/** The clipping point of least squared error, among shares of the largest magnitude. */
function leastSquaredError(magnitudes: Float32Array, levels: number): number {
  const largest = magnitudes.at(-1)!;
  const step = Math.max(1, Math.floor(magnitudes.length / 20_000));
  let best = { point: largest, error: Infinity };
  for (let share = 1; share > 0.3; share -= 0.05) {
    const point = largest * share;
    let error = 0;
    for (let index = 0; index < magnitudes.length; index += step) {
      const value = magnitudes[index]!;
      const rounded = (Math.min(levels, Math.round((value / point) * levels)) * point) / levels;
      error += (value - rounded) ** 2;
    }
    if (error < best.error) best = { point, error };
  }
  return best.point;
}
