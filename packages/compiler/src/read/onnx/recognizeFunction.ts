import type { UnaryFunction } from "../../float/types.ts";
import { unaryFunction } from "../../float/unaryFunctions.ts";

/**
 * Where functions are compared: both signs, near 0 and far, not on a grid on which another function could agree. A curve
 * is a function's values there.
 */
export const CURVE_POINTS = Float64Array.from({ length: 81 }, (_, index) => {
  const t = (index - 40.37) / 40;
  return 9 * t * Math.abs(t) + 0.4 * t;
});

/** Constants come as float32, in any order of multiplication. */
const TOLERANCE = 2e-6;

const NAMED: readonly (readonly [UnaryFunction, Float64Array])[] = (
  [
    { kind: "sigmoid" },
    { kind: "tanh" },
    { kind: "gelu", approximate: false },
    { kind: "gelu", approximate: true },
    { kind: "swish" },
    { kind: "mish" },
    { kind: "hardSwish" },
    { kind: "softplus" },
    { kind: "softsign" },
  ] satisfies UnaryFunction[]
).map((f) => [f, CURVE_POINTS.map(unaryFunction(f))]);

/**
 * The named function that a chain of operators spells out, if it is one: exporters write GELU, Mish or Swish as several
 * operators, each in its own order.
 */
export function recognizeFunction(curve: Float64Array): UnaryFunction | undefined {
  const agrees = (other: Float64Array) =>
    curve.every((value, index) => Math.abs(value - other[index]!) <= TOLERANCE * (1 + Math.abs(other[index]!)));
  return NAMED.find(([, values]) => agrees(values))?.[0];
}
