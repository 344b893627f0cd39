import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { loadBackend, onBackend } from "./backend.ts";
import { registerTrainingKernels } from "./trainingKernels.ts";

describe("registerTrainingKernels", () => {
  const cases: [size: number, kernel: number, stride: number, padding: "same" | "valid"][] = [
    [7, 3, 1, "same"],
    [8, 3, 2, "same"],
    [28, 5, 3, "valid"],
    [9, 4, 2, "valid"],
    [6, 6, 1, "valid"],
  ];
  for (const [size, kernel, stride, padding] of cases) {
    it(`gives the CPU's filter gradient: ${size}×${size}, kernel ${kernel}, stride ${stride}, ${padding}`, async () => {
      const gradients: Float32Array[] = [];
      for (const name of ["wasm", "cpu"] as const) {
        const { tfName } = await loadBackend(name);
        registerTrainingKernels();
        const gradient = await onBackend(tfName, () =>
          tf.tidy(() => {
            const x = tf.randomUniform<tf.Rank.R4>([3, size, size, 2], -1, 1, "float32", 1);
            const filter = tf.randomUniform<tf.Rank.R4>([kernel, kernel, 2, 4], -1, 1, "float32", 2);
            return tf.grad((w: tf.Tensor) => tf.sum(tf.square(tf.conv2d(x, w as tf.Tensor4D, stride, padding))))(
              filter,
            );
          }),
        );
        gradients.push(gradient.dataSync() as Float32Array);
        gradient.dispose();
      }
      const largest = Math.max(...gradients[1]!.map(Math.abs));
      gradients[0]!.forEach((value, index) => expect(value).to.be.closeTo(gradients[1]![index]!, 1e-5 * largest));
    });
  }
});
