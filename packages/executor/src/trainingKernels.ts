import * as tf from "@tensorflow/tfjs-core";

/**
 * Adds the kernel that TensorFlow.js' WASM backend lacks for training convolutions: the gradient of a filter, written as
 * a convolution of the input with the output's gradient. Batch and channels change places, the stride becomes a
 * dilation. Agrees with the CPU backend to rounding. Call it once after `loadBackend("wasm")`, before training.
 */
export function registerTrainingKernels(): void {
  const existing: tf.KernelConfig | undefined = tf.getKernel("Conv2DBackpropFilter", "wasm");
  if ((existing as unknown) !== undefined) return;
  tf.registerKernel({ kernelName: "Conv2DBackpropFilter", backendName: "wasm", kernelFunc: filterGradient });
}

function filterGradient({ inputs, attrs }: Parameters<tf.KernelFunc>[0]): tf.TensorInfo {
  const { strides, pad, filterShape } = attrs as unknown as tf.Conv2DBackpropFilterAttrs;
  const x = asTensor(inputs["x"]!);
  const dy = asTensor(inputs["dy"]!);
  return tf.tidy(() => {
    const shape = filterShape;
    const info = tf.backend_util.computeConv2DInfo(x.shape, shape, strides, 1, pad);
    const { top, bottom, left, right } = info.padInfo;
    const padded = tf.pad(x, [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ]);
    const dilations: [number, number] = [info.strideHeight, info.strideWidth];
    const correlated = tf.conv2d(
      tf.transpose(padded, [3, 1, 2, 0]),
      tf.transpose(dy, [1, 2, 0, 3]),
      1,
      "valid",
      "NHWC",
      dilations,
    );
    const gradient = tf.transpose(correlated, [1, 2, 0, 3]);
    // Rows and columns that no stride reaches give taps beyond the filter.
    return tf.slice(gradient, [0, 0, 0, 0], shape);
  });
}

function asTensor(info: tf.TensorInfo): tf.Tensor4D {
  return tf.engine().makeTensorFromTensorInfo(info) as tf.Tensor4D;
}
