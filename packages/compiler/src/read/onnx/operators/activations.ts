import type { UnaryFunction } from "../../../float/types.ts";
import { applyFunction } from "../elementwise.ts";
import type { OnnxCall, OperatorReader } from "../OnnxCall.ts";
import { scalarOf } from "../values.ts";

type FunctionOf = UnaryFunction | ((call: OnnxCall) => UnaryFunction);

/** Operators that are a function of one number. */
const FUNCTIONS: Readonly<Record<string, FunctionOf>> = {
  Relu: { kind: "clip", lo: 0, hi: Infinity },
  Clip: (call) => {
    const [lo, hi] = [bound(call, 1, -Infinity), bound(call, 2, Infinity)];
    return lo <= hi ? { kind: "clip", lo, hi } : call.refuse(`clips to ${lo} and ${hi}`, "An interval is expected.");
  },
  LeakyRelu: ({ attributes }) => ({ kind: "leakyRelu", alpha: attributes.float("alpha", 0.01) }),
  PRelu: (call) => {
    const alpha = scalarOf(call.input(1));
    if (alpha !== undefined) return { kind: "leakyRelu", alpha };
    return call.refuse("has a slope per channel", "PRelu with one slope, and LeakyRelu, are supported.");
  },
  Elu: ({ attributes }) => ({ kind: "elu", alpha: attributes.float("alpha", 1) }),
  Selu: (call) => {
    const { attributes } = call;
    const near = (value: number, expected: number) => Math.abs(value - expected) < 1e-5;
    if (near(attributes.float("alpha", 1.6732632), 1.6732632) && near(attributes.float("gamma", 1.050701), 1.050701))
      return { kind: "selu" };
    return call.refuse("has other constants than the paper", "Elu takes any alpha.");
  },
  Sigmoid: { kind: "sigmoid" },
  HardSigmoid: ({ attributes }) => ({
    kind: "hardSigmoid",
    alpha: attributes.float("alpha", 0.2),
    beta: attributes.float("beta", 0.5),
  }),
  Tanh: { kind: "tanh" },
  Gelu: (call) => {
    const approximate = call.attributes.text("approximate", "none");
    if (approximate !== "none" && approximate !== "tanh") call.invalid(`approximates by "${approximate.slice(0, 16)}"`);
    return { kind: "gelu", approximate: approximate === "tanh" };
  },
  Swish: (call) =>
    call.attributes.float("alpha", 1) === 1
      ? { kind: "swish" }
      : call.refuse("has an alpha", "Swish with alpha 1 is supported, or x · Sigmoid(alpha · x) in three operators."),
  Mish: { kind: "mish" },
  HardSwish: { kind: "hardSwish" },
  Softplus: { kind: "softplus" },
  Softsign: { kind: "softsign" },
  Erf: { kind: "erf" },
  Exp: { kind: "exp" },
  Log: { kind: "log" },
  Sqrt: { kind: "sqrt" },
  Reciprocal: { kind: "reciprocal" },
  Abs: { kind: "abs" },
  Sign: { kind: "sign" },
  Floor: { kind: "floor" },
};

export const ACTIVATIONS: Readonly<Record<string, OperatorReader>> = Object.fromEntries(
  Object.entries(FUNCTIONS).map(([operator, f]) => [
    operator,
    (call: OnnxCall) => applyFunction(call, call.tensor(0), typeof f === "function" ? f(call) : f),
  ]),
);

/** A bound that is not given, or beyond float32, is none. */
function bound(call: OnnxCall, index: number, none: number): number {
  if (call.inputs[index] === undefined) return none;
  const value = scalarOf(call.constant(index, "bounds"));
  if (value === undefined || Number.isNaN(value)) return call.invalid("has bounds that are no numbers");
  return Math.abs(value) >= 3.4e38 ? none : value;
}
