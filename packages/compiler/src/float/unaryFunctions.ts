import { errorFunction } from "./errorFunction.ts";
import type { UnaryFunction } from "./types.ts";

/** Klambauer et al., "Self-Normalizing Neural Networks" (2017): the constants of SELU. */
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

/** The function as number → number, in float64. Outside its domain it gives NaN or an infinity, as IEEE 754 has it. */
export function unaryFunction(f: UnaryFunction): (x: number) => number {
  switch (f.kind) {
    case "clip":
      return (x) => Math.min(Math.max(x, f.lo), f.hi);
    case "leakyRelu":
      return (x) => (x < 0 ? f.alpha * x : x);
    case "elu":
      return (x) => (x < 0 ? f.alpha * Math.expm1(x) : x);
    case "selu":
      return (x) => SELU_SCALE * (x < 0 ? SELU_ALPHA * Math.expm1(x) : x);
    case "sigmoid":
      return sigmoid;
    case "hardSigmoid":
      return (x) => Math.min(Math.max(f.alpha * x + f.beta, 0), 1);
    case "tanh":
      return Math.tanh;
    case "gelu":
      return f.approximate ? geluByTanh : (x) => (x / 2) * (1 + errorFunction(x * Math.SQRT1_2));
    case "swish":
      return (x) => x * sigmoid(x);
    case "mish":
      return (x) => x * Math.tanh(softplus(x));
    case "hardSwish":
      return (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6;
    case "softplus":
      return softplus;
    case "softsign":
      return (x) => x / (1 + Math.abs(x));
    case "erf":
      return errorFunction;
    case "exp":
      return Math.exp;
    case "log":
      return Math.log;
    case "sqrt":
      return Math.sqrt;
    case "reciprocal":
      return (x) => 1 / x;
    case "square":
      return (x) => x * x;
    case "abs":
      return Math.abs;
    case "sign":
      return Math.sign;
    case "floor":
      return Math.floor;
  }
}

function sigmoid(x: number): number {
  return x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** Hendrycks and Gimpel, "Gaussian Error Linear Units" (2016). */
function geluByTanh(x: number): number {
  return (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}
