import * as tf from "@tensorflow/tfjs-core";
import { elementCount, type CombineNode, type DenseNode, type Shape } from "@verimesh/core";
import type { Operation, Upload } from "./upload.ts";

export function dense({ inputs, units, weights, bias }: DenseNode, shape: Shape, upload: Upload): Operation {
  const [kernel, biases] = [upload(weights, [inputs, units]), upload(bias, [1, units])];
  return (x) => tf.reshape(tf.add(tf.matMul(tf.reshape(x, [-1, inputs]), kernel), biases), [...shape]);
}

export function combine({ multipliers, bias }: CombineNode, shape: Shape, upload: Upload): Operation {
  const factors = multipliers.map((list) => (isAll(list, 1) ? null : upload(list, spread(list, shape))));
  const offset = isAll(bias, 0) ? null : upload(bias, spread(bias, shape));
  return (...sources) => {
    const terms = sources.map((x, k) => (factors[k] ? tf.mul(x, factors[k]) : x));
    const sum = terms.reduce((total, term) => tf.add(total, term));
    return offset ? tf.add(sum, offset) : sum;
  };
}

/** The shape in which a list of one number, one per channel or one per element meets the elements that it is for. */
export function spread({ length }: ArrayLike<number>, shape: Shape): Shape {
  return length === elementCount(shape) ? shape : [length];
}

function isAll(list: Int32Array, value: number): boolean {
  return list.every((entry) => entry === value);
}
