import { elementCount, sameShape, type Shape } from "@verimesh/core";
import { applyAffine } from "../affine.ts";
import { applyFunction } from "../elementwise.ts";
import type { OnnxCall, OperatorReader } from "../OnnxCall.ts";
import { compactShape } from "../TensorWriter.ts";
import { constant, type OnnxTensor } from "../values.ts";

export const NORMALIZATIONS: Readonly<Record<string, OperatorReader>> = {
  BatchNormalization: (call) => {
    if (call.attributes.int("training_mode", 0) !== 0) call.refuse("is in training mode", "Export with model.eval().");
    const x = call.tensor(0);
    const [scale, bias, mean, variance] = [1, 2, 3, 4].map((index) => call.constant(index, "statistics"));
    const epsilon = call.attributes.float("epsilon", 1e-5);
    const channels = x.shape[1] ?? call.invalid("takes a vector");
    const lists = [scale!, bias!, mean!, variance!];
    if (lists.some(({ shape }) => shape.length !== 1 || shape[0] !== channels))
      call.invalid("has statistics of other sizes", `${channels} each are expected.`);
    const gain = Float64Array.from(
      { length: channels },
      (_, o) => scale!.data[o]! / Math.sqrt(variance!.data[o]! + epsilon),
    );
    const offset = gain.map((value, o) => bias!.data[o]! - mean!.data[o]! * value);
    const shape = [channels, ...new Array<number>(x.shape.length - 2).fill(1)];
    return applyAffine(call, x, { scale: constant("real", shape, gain), offset: constant("real", shape, offset) });
  },
  LayerNormalization: (call) => {
    if (call.outputs.slice(1).some((name) => name !== ""))
      call.refuse("gives its statistics", "Only the result is supported.");
    const x = call.tensor(0);
    const { shape } = x;
    const axis = call.axis(call.attributes.int("axis", -1), shape.length);
    const axes = shape.map((_, index) => index).slice(axis);
    call.mustKeepBatch(x, axes);
    const gamma = perElement(call, 1, shape.slice(axis), 1);
    const beta = perElement(call, 2, shape.slice(axis), 0);
    return layerNorm(call, x, axis, gamma, beta, call.attributes.float("epsilon", 1e-5));
  },
  Softmax: (call) => softmax(call, call.tensor(0)),
  LogSoftmax: (call) => applyFunction(call, softmax(call, call.tensor(0)), { kind: "log" }),
};

/** Over all axes from `axis` on. */
function layerNorm(
  call: OnnxCall,
  x: OnnxTensor,
  axis: number,
  gamma: Float32Array,
  beta: Float32Array,
  epsilon: number,
): OnnxTensor {
  call.mustBeReal(x);
  const { name, writer } = call;
  const rows = elementCount(x.shape.slice(0, axis));
  const view = writer.view(name, writer.plain(name, x), rows === 1 ? [gamma.length] : [rows, gamma.length]);
  return call.result(writer.add({ op: "layerNorm", name, source: view, gamma, beta, epsilon }), x.shape, [x]);
}

/** Other axes than the last are transposed there and back. */
function softmax(call: OnnxCall, x: OnnxTensor): OnnxTensor {
  call.mustBeReal(x);
  const { name, writer } = call;
  const { shape } = x;
  const axis = call.axis(call.attributes.int("axis", -1), shape.length);
  call.mustKeepBatch(x, [axis]);
  if (x.isChannelsLast && axis === 1) {
    const view = writer.view(name, x, [...shape.slice(2), shape[1]!]);
    return call.result(writer.add({ op: "softmax", name, source: view }), shape, [x], true);
  }
  const order = [...shape.map((_, index) => index).filter((index) => index !== axis), axis];
  const moved = order.map((index) => shape[index]!);
  const plain = writer.plain(name, x);
  const last = writer.permute(name, plain.source, shape, order);
  const rows = elementCount(shape) / shape[axis]!;
  const view = writer.reshape(name, last, rows === 1 ? [shape[axis]!] : [rows, shape[axis]!]);
  const source = writer.add({ op: "softmax", name, source: view });
  const back = shape.map((_, index) => order.indexOf(index));
  return call.result(writer.permute(name, source, moved, back), shape, [x]);
}

function perElement(call: OnnxCall, index: number, shape: Shape, otherwise: number): Float32Array {
  const width = elementCount(shape);
  if (call.inputs[index] === undefined) return new Float32Array(width).fill(otherwise);
  const value = call.constant(index, "gain and offset");
  if (value.data.length === 1) return new Float32Array(width).fill(value.data[0]!);
  if (sameShape(compactShape(value.shape), compactShape(shape))) return new Float32Array(value.data);
  return call.invalid(`has gains or offsets of [${value.shape.join(", ")}]`, `[${shape.join(", ")}] is expected.`);
}
