import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { elementCount, Random } from "@verimesh/core";
import { expect } from "chai";
import { runFloat } from "../../../src/float/runFloat.ts";
import type { FloatModel } from "../../../src/float/types.ts";
import { readOnnxModel, type ReadOnnxModelOptions } from "../../../src/read/onnx/readOnnxModel.ts";
import type { OnnxFile } from "./OnnxFile.ts";

/**
 * Reads the file and compares it with the answers of a reference, on three samples. The reference takes a sample in the
 * file's shape, batch of 1 included, and gives what the file's output is before a last activation.
 */
export async function expectAnswers(
  file: OnnxFile,
  output: string,
  reference: (x: tf.Tensor) => tf.Tensor,
  options: ReadOnnxModelOptions & { readonly samples?: readonly Float32Array[] } = {},
): Promise<FloatModel> {
  await tf.setBackend("cpu");
  const model = await readOnnxModel(file.bytes(output), options);
  const samples = options.samples ?? samplesFor(model, 3);
  const answers = runFloat(model, samples).map((values) => values.at(-1)!);
  samples.forEach((sample, index) => {
    const expected = tf.tidy(() => reference(tf.tensor(sample, [1, ...model.inputShape])).dataSync());
    const scale = Math.max(1, ...expected.map(Math.abs));
    expect(answers[index]!.length, "number of scores").to.equal(expected.length);
    expected.forEach((value, k) =>
      expect(answers[index]![k], `score ${k} of ${model.nodes.map(({ op }) => op).join()}`).to.be.closeTo(
        value,
        2e-5 * scale,
      ),
    );
  });
  return model;
}

export function samplesFor({ inputShape }: FloatModel, count: number): Float32Array[] {
  const random = new Random(7);
  return Array.from({ length: count }, () =>
    Float32Array.from({ length: elementCount(inputShape) }, () => 4 * random.next() - 2),
  );
}

/** The model's operations in order. */
export function operationsOf(model: FloatModel): string[] {
  return model.nodes.map((node) => (node.op === "unary" ? node.function.kind : node.op));
}
