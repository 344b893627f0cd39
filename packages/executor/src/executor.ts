import * as tf from "@tensorflow/tfjs-core";
import { argmax, checkInput, validateModel, type IntegerModel, type Trace } from "@verimesh/core";
import { onBackend, type Backend } from "./backend.ts";
import { uploadLayer, type UploadedLayer } from "./layers.ts";

/** Runs one model on one backend; its weights stay on the device until it is disposed. */
export interface Executor {
  readonly model: IntegerModel;
  readonly backend: Backend;
  /**
   * Runs the model and gives the full trace, bit for bit as `runReference`.
   *
   * @param input one byte per element, row-major
   * @throws VerimeshError `INPUT_INVALID` if the length is wrong
   */
  run(input: Uint8Array): Promise<Trace>;
  /** Frees the weights. Runs that are under way finish first. */
  dispose(): Promise<void>;
}

/**
 * Uploads a model's weights and gives its executor. All numbers are float32 that hold integers below 2^24, which the
 * model's bounds guarantee: sums are exact in any order, and so is the rescaling by powers of two.
 *
 * @param backend of `loadBackend`, best checked by `selfTest`
 * @throws VerimeshError as `validateModel`
 */
export async function createExecutor(model: IntegerModel, backend: Backend): Promise<Executor> {
  validateModel(model);
  const layers = await onBackend(backend.tfName, () => model.layers.map(uploadLayer));
  let last: Promise<unknown> = Promise.resolve();

  const run = async (input: Uint8Array): Promise<Trace> => {
    checkInput(model, input);
    if (layers.length === 0) throw new TypeError("the executor is disposed");
    const { accumulators, activations } = await onBackend(backend.tfName, () => forward(layers, model, input));
    try {
      const [accumulated, activated] = await Promise.all([readAll(accumulators), readAll(activations)]);
      const scores = model.layers.findLast((layer) => layer.kind !== "flatten")!.requantization
        ? activated.at(-1)!
        : accumulated.at(-1)!;
      const output = model.output === "argmax" ? Int32Array.of(argmax(scores)) : scores.slice();
      return { input: input.slice(), accumulators: accumulated, activations: activated, output };
    } finally {
      tf.dispose([accumulators, activations]);
    }
  };

  return {
    model,
    backend,
    run(input) {
      const result = run(input);
      last = Promise.allSettled([last, result]);
      return result;
    },
    async dispose() {
      await last;
      for (const layer of layers.splice(0)) layer.dispose();
    },
  };
}

interface ForwardTensors {
  readonly accumulators: tf.Tensor[];
  readonly activations: tf.Tensor[];
}

function forward(layers: readonly UploadedLayer[], model: IntegerModel, input: Uint8Array): ForwardTensors {
  const accumulators: tf.Tensor[] = [];
  const activations: tf.Tensor[] = [];
  tf.tidy(() => {
    let values: tf.Tensor = tf.tensor(Float32Array.from(input), [1, ...model.inputShape], "float32");
    for (const layer of layers) {
      if (layer.kind === "flatten") {
        values = tf.reshape(values, [1, values.size]);
        continue;
      }
      values = layer.accumulate(values);
      accumulators.push(tf.keep(values));
      if (layer.requantize !== null) {
        values = layer.requantize(values);
        activations.push(tf.keep(values));
      }
    }
  });
  return { accumulators, activations };
}

async function readAll(tensors: readonly tf.Tensor[]): Promise<Int32Array[]> {
  return Promise.all(tensors.map(async (tensor) => Int32Array.from(await tensor.data())));
}
