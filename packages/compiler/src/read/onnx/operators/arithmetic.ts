import { applyAffine } from "../affine.ts";
import { applyBinary, applyFunction, applyScalars } from "../elementwise.ts";
import type { OnnxCall, OperatorReader } from "../OnnxCall.ts";
import { constant, scalarOf, type OnnxConstant, type OnnxTensor, type OnnxValue } from "../values.ts";

/** Elementwise arithmetic of tensors and constants. */
export const ARITHMETIC: Readonly<Record<string, OperatorReader>> = {
  Add: (call) => inTurn(call, add),
  Sum: (call) => inTurn(call, add),
  Sub: (call) => {
    const [a, b] = [call.input(0), call.input(1)];
    if (b.is === "constant") return applyAffine(call, call.tensor(0), { offset: mapped(b, (value) => -value) });
    if (a.is !== "constant") return applyBinary(call, "subtract", call.tensor(0), call.tensor(1));
    const negative = constant("real", [], Float64Array.of(-1));
    return applyAffine(call, call.tensor(1), { scale: negative, offset: a });
  },
  Mul: (call) => inTurn(call, multiply),
  Div: (call) => {
    const [a, b] = [call.input(0), call.input(1)];
    if (b.is === "constant") {
      call.mustBeReal(call.tensor(0));
      return applyAffine(call, call.tensor(0), { scale: mapped(b, (value) => 1 / value) });
    }
    const inverse = applyFunction(call, call.tensor(1), { kind: "reciprocal" });
    return multiply(call, a, inverse);
  },
  Neg: (call) => applyScalars(call, call.tensor(0), -1, 0),
  Max: (call) => inTurn(call, extremum("maximum")),
  Min: (call) => inTurn(call, extremum("minimum")),
  Pow: (call) => {
    const exponent = scalarOf(call.constant(1, "exponent"));
    return power(call, call.tensor(0), exponent);
  },
};

type Fold = (call: OnnxCall, a: OnnxValue, b: OnnxValue) => OnnxTensor;

/** Two or more operands, one after the other. */
function inTurn(call: OnnxCall, fold: Fold): OnnxTensor {
  const tensors = call.inputs.map((_, index) => call.input(index));
  if (tensors.length < 1) call.invalid("has no inputs");
  if (tensors.length > 64) call.refuse(`has ${tensors.length} inputs`, "At most 64 are supported.");
  if (tensors.length === 1) return call.tensor(0);
  return tensors.slice(1).reduce<OnnxValue>((a, b) => fold(call, a, b), tensors[0]!) as OnnxTensor;
}

const add: Fold = (call, a, b) => {
  if (a.is === "constant" && b.is === "tensor") return applyAffine(call, b, { offset: a });
  if (a.is === "tensor" && b.is === "constant") return applyAffine(call, a, { offset: b });
  return applyBinary(call, "add", both(call, a), both(call, b));
};

const multiply: Fold = (call, a, b) => {
  if (a.is === "constant" && b.is === "tensor") return applyAffine(call, b, { scale: a });
  if (a.is === "tensor" && b.is === "constant") return applyAffine(call, a, { scale: b });
  return applyBinary(call, "multiply", both(call, a), both(call, b));
};

function extremum(op: "maximum" | "minimum"): Fold {
  return (call, a, b) => {
    if (a.is === "constant" && b.is === "tensor") return against(call, op, b, a);
    if (a.is === "tensor" && b.is === "constant") return against(call, op, a, b);
    return applyBinary(call, op, both(call, a), both(call, b));
  };
}

function against(call: OnnxCall, op: "maximum" | "minimum", x: OnnxTensor, value: OnnxConstant): OnnxTensor {
  const bound = scalarOf(value);
  if (bound === undefined || value.shape.length > x.shape.length || !Number.isFinite(bound))
    call.refuse("compares with a constant per element", "One number for all is supported.");
  const clip = op === "maximum" ? { lo: bound, hi: Infinity } : { lo: -Infinity, hi: bound };
  return applyFunction(call, x, { kind: "clip", ...clip });
}

function power(call: OnnxCall, x: OnnxTensor, exponent: number | undefined): OnnxTensor {
  switch (exponent) {
    case 1:
      return x;
    case 2:
      return applyFunction(call, x, { kind: "square" });
    case 3:
      return applyBinary(call, "multiply", applyFunction(call, x, { kind: "square" }), x);
    case 0.5:
      return applyFunction(call, x, { kind: "sqrt" });
    case -0.5:
      return applyFunction(call, applyFunction(call, x, { kind: "sqrt" }), { kind: "reciprocal" });
    case -1:
      return applyFunction(call, x, { kind: "reciprocal" });
    default:
      return call.refuse(`raises to ${exponent ?? "a power per element"}`, "Supported are -1, -0.5, 0.5, 1, 2 and 3.");
  }
}

function both(call: OnnxCall, value: OnnxValue): OnnxTensor {
  return value.is === "tensor"
    ? value
    : call.refuse("works on a label or a class index", "Labels may be the last step only.");
}

function mapped(value: OnnxConstant, map: (value: number) => number): OnnxConstant {
  return { ...value, data: Float64Array.from(value.data, map) };
}
