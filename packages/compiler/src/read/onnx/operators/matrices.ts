import { elementCount, sameShape, type Shape } from "@verimesh/core";
import { applyAffine } from "../affine.ts";
import { strided } from "../constants/strided.ts";
import { applyBinary, applyScalars } from "../elementwise.ts";
import type { OnnxCall, OperatorReader } from "../OnnxCall.ts";
import { compactShape } from "../TensorWriter.ts";
import { broadcastShape, type OnnxConstant, type OnnxTensor } from "../values.ts";
import { stretch } from "../affine.ts";

export const MATRICES: Readonly<Record<string, OperatorReader>> = {
  MatMul: (call) => {
    const [a, b] = [call.input(0), call.input(1)];
    if (b.is === "constant") {
      const product = timesConstant(call, call.tensor(0), matrixOf(call, b), b.shape.length === 1);
      return withRank(call, product, b.shape.length);
    }
    if (a.is !== "constant") return matMul(call, call.tensor(0), call.tensor(1));
    if (a.shape.length === 1) call.refuse("multiplies a constant vector by a tensor", "Give the vector two axes.");
    const x = call.tensor(1);
    if (x.shape.length < 2) call.refuse("multiplies a constant by a vector", "Give the vector two axes.");
    // A · X = (Xᵀ · Aᵀ)ᵀ
    const product = timesConstant(call, swapLast(call, x), transposed(matrixOf(call, a)), false);
    return withRank(call, swapLast(call, product), a.shape.length);
  },
  Gemm: (call) => {
    const { attributes } = call;
    const [alpha, beta] = [attributes.float("alpha", 1), attributes.float("beta", 1)];
    const first = call.tensor(0);
    if (first.shape.length !== 2) call.invalid(`takes [${first.shape.join(", ")}]`, "Two axes are expected.");
    if (attributes.int("transA", 0) !== 0) call.mustKeepBatch(first, [0]);
    const a = attributes.int("transA", 0) === 0 ? first : swapLast(call, first);
    const b = call.input(1);
    const isTransposed = attributes.int("transB", 0) !== 0;
    const third = call.inputs[2];
    if (b.is !== "constant") {
      const right = call.tensor(1);
      if (right.shape.length !== 2) call.invalid(`takes [${right.shape.join(", ")}]`, "Two axes are expected.");
      const product = matMul(call, a, isTransposed ? swapLast(call, right) : right);
      return addThird(call, applyScalars(call, product, alpha, 0), beta);
    }
    if (b.shape.length !== 2) call.invalid(`has weights of shape [${b.shape.join(", ")}]`, "Two axes are expected.");
    const matrix = isTransposed ? transposed(b) : b;
    const weights = { ...matrix, data: matrix.data.map((value) => value * alpha) as Float32Array };
    const units = matrix.shape[1]!;
    const isBias =
      third?.is === "constant" && [1, units].includes(third.data.length) && third.shape.at(-1) !== undefined;
    if (isBias && (third.data.length === units ? third.shape.at(-1) === units : true)) {
      const bias = Float32Array.from({ length: units }, (_, o) => beta * third.data[o % third.data.length]!);
      return timesConstant(call, a, weights, false, bias);
    }
    return addThird(call, timesConstant(call, a, weights, false), beta);
  },
};

function addThird(call: OnnxCall, product: OnnxTensor, beta: number): OnnxTensor {
  const third = call.inputs[2];
  if (third === undefined) return product;
  if (third.is === "constant")
    return applyAffine(call, product, {
      offset: { ...third, data: third.data.map((value) => value * beta) },
    });
  return applyBinary(call, "add", product, applyScalars(call, call.tensor(2), beta, 0));
}

/** `x · matrix` over x's last axis. */
function timesConstant(
  call: OnnxCall,
  x: OnnxTensor,
  { data, shape }: OnnxConstant,
  isVector: boolean,
  bias?: Float32Array,
): OnnxTensor {
  call.mustBeReal(x);
  const [inputs, units] = shape as [number, number];
  if (x.shape.at(-1) !== inputs || units < 1)
    call.invalid(`multiplies [${x.shape.join(", ")}] by [${shape.join(", ")}]`, "Equal inner axes are expected.");
  const { name, writer } = call;
  const result = isVector ? x.shape.slice(0, -1) : [...x.shape.slice(0, -1), units];
  call.mustFit(result);
  const rows = compactShape(x.shape.slice(0, -1));
  const view = writer.view(name, writer.plain(name, x), sameShape(rows, [1]) ? [inputs] : stack(rows, inputs));
  const weights = new Float32Array(data);
  const source = writer.add({
    op: "dense",
    name,
    source: view,
    inputs,
    units,
    weights,
    bias: bias ?? new Float32Array(units),
  });
  return call.result(source, result, [x]);
}

/** With axes of 1 in front, as the operand with the most axes has them. */
function withRank(call: OnnxCall, x: OnnxTensor, rank: number): OnnxTensor {
  const missing = rank - x.shape.length;
  if (missing <= 0) return x;
  return call.result(x.source, [...new Array<number>(missing).fill(1), ...x.shape], [x]);
}

/** Rows over three axes at most, and the last. */
function stack(rows: Shape, last: number): Shape {
  return rows.length <= 3 ? [...rows, last] : [elementCount(rows), last];
}

function matMul(call: OnnxCall, a: OnnxTensor, b: OnnxTensor): OnnxTensor {
  call.mustBeReal(a, b);
  const [m, k] = a.shape.slice(-2);
  const [inner, n] = b.shape.slice(-2);
  if (a.shape.length < 2 || b.shape.length < 2) call.refuse("multiplies by a vector", "Give it two axes.");
  const leading = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (k !== inner || leading === undefined)
    return call.invalid(
      `multiplies [${a.shape.join(", ")}] by [${b.shape.join(", ")}]`,
      "Equal inner axes are expected.",
    );
  const { name, writer } = call;
  const shape = [...leading, m!, n!];
  call.mustFit(shape);
  const stacks = elementCount(leading);
  const matrices = (tensor: OnnxTensor): number => {
    const matrix = tensor.shape.slice(-2);
    call.mustFit([...leading, ...matrix]);
    const full = stretch(call, writer.plain(name, tensor), [...leading, ...matrix]);
    return writer.view(name, full, stacks === 1 ? matrix : [stacks, ...matrix]);
  };
  return call.result(writer.add({ op: "matMul", name, sources: [matrices(a), matrices(b)] }), shape, [a, b]);
}

/** A matrix, also where it stands in axes of 1; a vector is a column. */
function matrixOf(call: OnnxCall, value: OnnxConstant): OnnxConstant {
  const { shape } = value;
  if (value.kind !== "real") call.refuse("computes with integers", "Weights of real numbers are expected.");
  if (shape.length === 1) return { ...value, shape: [shape[0]!, 1] };
  if (shape.length >= 2 && shape.slice(0, -2).every((size) => size === 1)) return { ...value, shape: shape.slice(-2) };
  return call.refuse(`multiplies by constants of shape [${shape.join(", ")}]`, "One constant matrix is supported.");
}

function transposed({ data, shape, ...rest }: OnnxConstant): OnnxConstant {
  const [rows, columns] = shape as [number, number];
  return { ...rest, shape: [columns, rows], data: strided(data, [columns, rows], 0, [1, columns]) };
}

function swapLast(call: OnnxCall, x: OnnxTensor): OnnxTensor {
  const rank = x.shape.length;
  const order = x.shape.map((_, axis) => axis);
  [order[rank - 2], order[rank - 1]] = [rank - 1, rank - 2];
  const plain = call.writer.plain(call.name, x);
  const shape = order.map((axis) => x.shape[axis]!);
  return call.result(call.writer.permute(call.name, plain.source, x.shape, order), shape, [x]);
}
