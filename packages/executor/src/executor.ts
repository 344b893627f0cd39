import * as tf from "@tensorflow/tfjs-core";
import {
  answerOf,
  checkInput,
  elementCount,
  isRearranging,
  nodeShapes,
  sourcesOf,
  validateModel,
  type IntegerModel,
  type Trace,
} from "@verimesh/core";
import { onBackend, type Backend } from "./backend.ts";
import { uploadNode, type UploadedNode } from "./nodes/upload.ts";

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
  const shapes = nodeShapes(model);
  const nodes = await onBackend(backend.tfName, () =>
    model.nodes.map((node, k) =>
      uploadNode(
        node,
        sourcesOf(node).map((source) => shapes[source]!),
        shapes[k + 1]!,
      ),
    ),
  );
  const lengths = model.nodes.map((node, k) => (isRearranging(node) ? 0 : elementCount(shapes[k + 1]!)));
  let last: Promise<unknown> = Promise.resolve();

  const run = async (input: Uint8Array): Promise<Trace> => {
    checkInput(model, input);
    if (nodes.length === 0) throw new TypeError("the executor is disposed");
    const { kept, scores } = await onBackend(backend.tfName, () => forward(nodes, model, input));
    try {
      // One reading for all nodes: each would wait for the device.
      const [all, answered] = await Promise.all([kept.data(), scores.data()]);
      return {
        input: input.slice(),
        values: split(Int32Array.from(all), lengths),
        output: answerOf(model.output, Int32Array.from(answered)),
      };
    } finally {
      tf.dispose([kept, scores]);
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
      for (const node of nodes.splice(0)) node.dispose();
    },
  };
}

/** All values of the nodes that are not rearranging, end to end, and those of the last node. */
function forward(nodes: readonly UploadedNode[], model: IntegerModel, input: Uint8Array) {
  return tf.tidy(() => {
    const values: tf.Tensor[] = [tf.tensor(Float32Array.from(input), [...model.inputShape], "float32")];
    const kept: tf.Tensor[] = [];
    model.nodes.forEach((node, k) => {
      const result = nodes[k]!.operation(...sourcesOf(node).map((source) => values[source]!));
      values.push(result);
      if (!isRearranging(node)) kept.push(tf.reshape(result, [-1]));
    });
    const scores = tf.reshape(values.at(-1)!, [-1]);
    return { kept: kept.length > 0 ? tf.concat(kept) : tf.tensor1d([]), scores };
  });
}

/** The parts of that many elements; null for those of none. */
function split(all: Int32Array, lengths: readonly number[]): (Int32Array | null)[] {
  let end = 0;
  return lengths.map((length) => (length > 0 ? all.slice(end, (end += length)) : null));
}
