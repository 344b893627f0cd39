import * as tf from "@tensorflow/tfjs-core";
import { loadBackend, registerTrainingKernels } from "@verimesh/executor";

/**
 * Makes TensorFlow.js ready to train on its WASM backend, the same on every machine, so that the same seed gives the
 * same weights.
 */
export async function loadTrainingBackend(): Promise<void> {
  const { tfName } = await loadBackend("wasm");
  await tf.setBackend(tfName);
  registerTrainingKernels();
}
