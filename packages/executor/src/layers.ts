import * as tf from "@tensorflow/tfjs-core";
import {
  halfOf,
  type AveragePool2dLayer,
  type Conv2dLayer,
  type DenseLayer,
  type Layer,
  type Requantization,
} from "@verimesh/core";

/** A layer with its constants on the device. */
export type UploadedLayer =
  | { readonly kind: "flatten"; dispose(): void }
  | {
      readonly kind: "linear";
      accumulate(values: tf.Tensor): tf.Tensor;
      readonly requantize: ((accumulators: tf.Tensor) => tf.Tensor) | null;
      dispose(): void;
    };

/** Uploads a layer's constants to the active backend. */
export function uploadLayer(layer: Layer): UploadedLayer {
  if (layer.kind === "flatten") return { kind: "flatten", dispose: () => undefined };
  const held: tf.Tensor[] = [];
  const constant: Upload = (values, shape) => {
    const tensor = tf.keep(tf.tensor(Float32Array.from(values), shape, "float32"));
    held.push(tensor);
    return tensor;
  };
  return {
    kind: "linear",
    accumulate: uploadAccumulate(layer, constant),
    requantize: layer.requantization && uploadRequantize(layer.requantization, constant),
    dispose: () => tf.dispose(held),
  };
}

type Upload = (values: ArrayLike<number>, shape: number[]) => tf.Tensor;

function uploadAccumulate(layer: DenseLayer | Conv2dLayer | AveragePool2dLayer, upload: Upload) {
  if (layer.kind === "dense") return uploadDense(layer, upload);
  return layer.kind === "conv2d" ? uploadConv2d(layer, upload) : uploadAveragePool2d(layer, upload);
}

function uploadDense({ inputs, units, weights, bias }: DenseLayer, upload: Upload) {
  const [kernel, biases] = [upload(weights, [inputs, units]), upload(bias, [1, units])];
  return (values: tf.Tensor) => tf.add(tf.matMul(values, kernel), biases);
}

function uploadConv2d(layer: Conv2dLayer, upload: Upload) {
  const { kernel, inputShape, outputShape, padding, strides } = layer;
  const filter = upload(layer.weights, [...kernel, inputShape[2], outputShape[2]]) as tf.Tensor4D;
  const biases = upload(layer.bias, [1, 1, 1, outputShape[2]]);
  const { top, bottom, left, right } = padding;
  const zeros: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  const isPadded = top + bottom + left + right > 0;
  return (values: tf.Tensor) => {
    // Padded apart, so that every backend runs the same plain "valid" convolution.
    const padded = (isPadded ? tf.pad(values, zeros) : values) as tf.Tensor4D;
    return tf.add(tf.conv2d(padded, filter, [...strides], "valid"), biases);
  };
}

function uploadAveragePool2d(layer: AveragePool2dLayer, upload: Upload) {
  const { poolSize, strides, multiplier, outputShape } = layer;
  const channels = outputShape[2];
  const shape = [...poolSize, channels, 1];
  // A sum by convolution: TensorFlow's own average divides, which float32 does not do exactly.
  const filter = upload(new Float32Array(poolSize[0] * poolSize[1] * channels).fill(multiplier), shape) as tf.Tensor4D;
  return (values: tf.Tensor) => {
    if (strides[0] === strides[1]) return tf.depthwiseConv2d(values as tf.Tensor4D, filter, strides[0], "valid");
    // TensorFlow's native depthwise convolution takes equal strides only.
    const dense = tf.depthwiseConv2d(values as tf.Tensor4D, filter, 1, "valid");
    return tf.stridedSlice(dense, [0, 0, 0, 0], dense.shape, [1, ...strides, 1]);
  };
}

/** Exact: `acc + half` stays below 2^24, and a product with 2^-s only moves the exponent. */
function uploadRequantize({ shifts, lo, hi }: Requantization, upload: Upload) {
  const halves = upload(shifts.map(halfOf), [shifts.length]);
  const scales = upload(
    shifts.map((shift) => 2 ** -shift),
    [shifts.length],
  );
  return (accumulators: tf.Tensor) => tf.clipByValue(tf.floor(tf.mul(tf.add(accumulators, halves), scales)), lo, hi);
}
