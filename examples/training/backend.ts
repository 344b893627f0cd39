import * as tf from "@tensorflow/tfjs-core";
import { loadBackend } from "@verimesh/executor";

/**
 * Makes TensorFlow.js ready to train on its WASM backend, the same on every machine, so that the same seed gives the
 * same weights. It lacks the gradient of a convolution by its filter, which is added here.
 */
export async function loadTrainingBackend(): Promise<void> {
  const { tfName } = await loadBackend("wasm");
  await tf.setBackend(tfName);
  if (!tf.getKernel("Conv2DBackpropFilter", tfName)) {
    tf.registerKernel({ kernelName: "Conv2DBackpropFilter", backendName: tfName, kernelFunc: filterGradient });
  }
}

/**
 * dW[i, j, c, o] = Σ x[n, y·stride + i, x·stride + j, c] · dy[n, y, x, o]: itself a convolution, of `x` with channels
 * for batch and batch for channels, by `dy` dilated by the stride. Valid padding only.
 */
const filterGradient: tf.KernelFunc = ({ inputs, attrs }) => {
  const { x, dy } = inputs as unknown as { x: tf.Tensor4D; dy: tf.Tensor4D };
  const { strides, pad, filterShape } = attrs as unknown as {
    strides: number | [number, number];
    pad: unknown;
    filterShape: [number, number, number, number];
  };
  if (pad !== "valid") throw new Error("Training supports convolutions with valid padding only.");
  const [height, width, channels, filters] = filterShape;
  return tf.tidy(() => {
    const byChannel = tf.transpose(x, [3, 1, 2, 0]);
    const kernel = tf.transpose(dy, [1, 2, 0, 3]);
    const full = tf.conv2d(byChannel as tf.Tensor4D, kernel as tf.Tensor4D, 1, "valid", "NHWC", strides);
    // A stride that does not divide evenly leaves rows that no filter element saw.
    const seen = tf.slice(full, [0, 0, 0, 0], [channels, height, width, filters]);
    return tf.transpose(seen, [1, 2, 0, 3]);
  });
};
