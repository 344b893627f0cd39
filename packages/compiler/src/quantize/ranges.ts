/** How a layer's outputs are mapped to 8 bits: what is clipped. */
export type ClippingRule = "max" | "99.99%" | "99.9%" | "mse";

export const CLIPPING_RULES: readonly ClippingRule[] = ["max", "99.99%", "99.9%", "mse"];

/**
 * The magnitude that becomes the highest integer of a layer.
 *
 * @param values calibrated outputs of the layer, after a ReLU if it has one
 * @param levels the highest integer: 255 after a ReLU, 127 otherwise
 */
export function clippingPoint(values: Float32Array, levels: number, rule: ClippingRule): number {
  const magnitudes = values.map(Math.abs).sort();
  const largest = magnitudes.at(-1) ?? 0;
  // A layer that is silent on all calibration data: any scale does.
  if (largest === 0) return 1;
  if (rule === "max") return largest;
  if (rule === "mse") return leastSquaredError(magnitudes, levels);
  const share = rule === "99.99%" ? 0.9999 : 0.999;
  return magnitudes[Math.floor(share * (magnitudes.length - 1))]! || largest;
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
