import { type Shape } from "@verimesh/core";
import type { FloatBinary, UnaryFunction } from "../../float/types.ts";
import { unaryFunction } from "../../float/unaryFunctions.ts";
import type { GraphCall, OpReader } from "./GraphCall.ts";
import {
  broadcastConstant,
  broadcastShapes,
  constant,
  type Constant,
  type GraphTensor,
  type GraphValue,
} from "./values.ts";

/** Applies a function to each element, of a constant at once. */
export function applyUnary(call: GraphCall, value: GraphValue, f: UnaryFunction): GraphValue {
  if (value.kind === "constant") return constant(value.shape, Float64Array.from(value.values, unaryFunction(f)));
  return call.keep(value, (source) => ({ op: "unary", source, function: f }));
}

const unary =
  (...functions: UnaryFunction[]): OpReader =>
  (call) =>
    functions.reduce<GraphValue>((value, f) => applyUnary(call, value, f), call.input(0));

/** Multiplies and adds numbers that broadcast to the tensor, or to which the tensor broadcasts. */
export function applyAffine(call: GraphCall, tensor: GraphTensor, scale: Constant, offset: Constant): GraphTensor {
  const shape = commonShape(call, tensor.shape, commonShape(call, scale.shape, offset.shape));
  const source = call.stretch(tensor, shape);
  const draft = { op: "affine", source, scale: periodic(scale, shape), offset: periodic(offset, shape) } as const;
  return call.give(call.add(draft), shape);
}

const scalar = (value: number) => constant([], [value]);
const ZERO = scalar(0);
const ONE = scalar(1);
const map = ({ shape, values }: Constant, f: (x: number) => number) => constant(shape, Float64Array.from(values, f));

type Arithmetic = "add" | "subtract" | "multiply" | "divide" | "maximum" | "minimum";
const ON_NUMBERS: Readonly<Record<Arithmetic, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  maximum: Math.max,
  minimum: Math.min,
};

/** Joins two values with numpy's broadcasting: constants at once, a constant and a tensor as an affine map. */
export function applyBinary(call: GraphCall, op: Arithmetic, a: GraphValue, b: GraphValue): GraphValue {
  if (a.kind === "constant" && b.kind === "constant") {
    const shape = commonShape(call, a.shape, b.shape);
    const right = broadcastConstant(b, shape);
    return constant(
      shape,
      broadcastConstant(a, shape).map((value, index) => ON_NUMBERS[op](value, right[index]!)),
    );
  }
  if (b.kind === "constant") return withConstant(call, op, a as GraphTensor, b);
  if (a.kind === "constant") {
    if (op === "subtract") return applyAffine(call, b, scalar(-1), a);
    if (op !== "divide") return withConstant(call, op, b, a);
    return applyAffine(call, applyUnary(call, b, { kind: "reciprocal" }) as GraphTensor, a, ZERO);
  }
  if (op === "divide") return applyBinary(call, "multiply", a, applyUnary(call, b, { kind: "reciprocal" }));
  const shape = commonShape(call, a.shape, b.shape);
  const sources: FloatBinary["sources"] = [call.stretch(a, shape), call.stretch(b, shape)];
  return call.give(call.add({ op, sources }), shape);
}

function withConstant(call: GraphCall, op: Arithmetic, tensor: GraphTensor, value: Constant): GraphValue {
  if (op === "add") return applyAffine(call, tensor, ONE, value);
  if (op === "subtract")
    return applyAffine(
      call,
      tensor,
      ONE,
      map(value, (x) => -x),
    );
  if (op === "multiply") return applyAffine(call, tensor, value, ZERO);
  if (op === "divide")
    return applyAffine(
      call,
      tensor,
      map(value, (x) => 1 / x),
      ZERO,
    );
  if (value.values.length !== 1) call.refuse("compares with several constants", "One number for all is supported.");
  const bound = value.values[0]!;
  return applyUnary(
    call,
    tensor,
    op === "maximum" ? { kind: "clip", lo: bound, hi: Infinity } : { kind: "clip", lo: -Infinity, hi: bound },
  );
}

const binary =
  (op: Arithmetic): OpReader =>
  (call) =>
    applyBinary(call, op, call.input(0), call.input(1));

/** Operations on each element. */
export const ELEMENTWISE_OPS: Readonly<Record<string, OpReader>> = {
  Add: binary("add"),
  AddV2: binary("add"),
  BiasAdd: (call) => {
    if (call.node.text("data_format", "NHWC") !== "NHWC") call.refuse("has its channels first", "NHWC is supported.");
    return applyBinary(call, "add", call.input(0), call.input(1));
  },
  AddN: (call) => call.inputs.reduce((sum, value) => applyBinary(call, "add", sum, value)),
  Sub: binary("subtract"),
  Mul: binary("multiply"),
  Div: binary("divide"),
  RealDiv: binary("divide"),
  Maximum: binary("maximum"),
  Minimum: binary("minimum"),
  SquaredDifference: (call) =>
    applyUnary(call, applyBinary(call, "subtract", call.input(0), call.input(1)), { kind: "square" }),
  Neg: (call) => applyBinary(call, "multiply", call.input(0), scalar(-1)),
  Pow: (call) => {
    const exponents = call.constant(1).values;
    const exponent = exponents.length === 1 ? exponents[0] : undefined;
    const functions = POWERS.get(exponent);
    if (functions === undefined)
      return call.refuse(`has exponent ${exponent ?? "per element"}`, "2, 0.5, -0.5 and -1 are supported.");
    return functions.reduce<GraphValue>((value, kind) => applyUnary(call, value, { kind }), call.input(0));
  },
  ClipByValue: (call) => {
    const [lo, hi] = [call.constant(1).values, call.constant(2).values];
    if (lo.length !== 1 || hi.length !== 1) call.refuse("clips at several values", "One for all is supported.");
    return applyUnary(call, call.input(0), { kind: "clip", lo: lo[0]!, hi: hi[0]! });
  },
  Relu: unary({ kind: "clip", lo: 0, hi: Infinity }),
  Relu6: unary({ kind: "clip", lo: 0, hi: 6 }),
  LeakyRelu: (call) => applyUnary(call, call.input(0), { kind: "leakyRelu", alpha: call.node.float("alpha", 0.2) }),
  Elu: unary({ kind: "elu", alpha: 1 }),
  Selu: unary({ kind: "selu" }),
  Sigmoid: unary({ kind: "sigmoid" }),
  Tanh: unary({ kind: "tanh" }),
  Softplus: unary({ kind: "softplus" }),
  Softsign: unary({ kind: "softsign" }),
  Erf: unary({ kind: "erf" }),
  Exp: unary({ kind: "exp" }),
  Log: unary({ kind: "log" }),
  Sqrt: unary({ kind: "sqrt" }),
  Rsqrt: unary({ kind: "sqrt" }, { kind: "reciprocal" }),
  Square: unary({ kind: "square" }),
  Abs: unary({ kind: "abs" }),
  Sign: unary({ kind: "sign" }),
  Floor: unary({ kind: "floor" }),
  Inv: unary({ kind: "reciprocal" }),
  Reciprocal: unary({ kind: "reciprocal" }),
};

const POWERS: ReadonlyMap<number | undefined, readonly ("square" | "sqrt" | "reciprocal")[]> = new Map([
  [2, ["square"]],
  [0.5, ["sqrt"]],
  [-0.5, ["sqrt", "reciprocal"]],
  [-1, ["reciprocal"]],
] as const);

function commonShape(call: GraphCall, a: Shape, b: Shape): Shape {
  const shape = broadcastShapes(a, b);
  return shape ?? call.refuse(`joins [${a.join(", ")}] and [${b.join(", ")}]`, undefined, "MODEL_FILE_INVALID");
}

/** As few numbers as say the same over the shape: one, one per channel, or one per element. */
function periodic(value: Constant, shape: Shape): Float32Array {
  if (value.values.length === 1) return Float32Array.from(value.values);
  const isPerChannel = value.values.length === value.shape.at(-1) && value.values.length === shape.at(-1);
  return isPerChannel ? Float32Array.from(value.values) : Float32Array.from(broadcastConstant(value, shape));
}
