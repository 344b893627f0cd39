import "@tensorflow/tfjs-backend-cpu";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import { elementCount, Random } from "@verimesh/core";
import { deepRuns } from "@verimesh/core/testing";
import { expect } from "chai";
import fc from "fast-check";
import { runFloat } from "../../src/float/runFloat.ts";
import { readGraphModel } from "../../src/read/graph/readGraphModel.ts";
import { JsonValue } from "../../src/read/json/JsonValue.ts";
import { expectError } from "./expectError.ts";
import { attribute, GraphFile } from "./GraphFile.ts";
import { randomGraphFile } from "./randomGraphFile.ts";

const { bool, ints, text } = attribute;
const read = (file: GraphFile, output?: string) =>
  readGraphModel(new JsonValue(JSON.parse(JSON.stringify(file.json(output))), "model"), file.weights());

/** The largest difference between the reading and what TensorFlow.js makes of the same file. */
async function difference(seed: number): Promise<number> {
  const { file, inputShape } = randomGraphFile(seed);
  const { specs: weightSpecs, data: weightData } = file.weights();
  const json = file.json();
  const theirModel = await loadGraphModel({ load: () => Promise.resolve({ ...json, weightSpecs, weightData }) });
  const random = new Random(seed);
  const sample = Float32Array.from({ length: elementCount(inputShape) }, () => 4 * random.next() - 2);
  const theirs = tf.tidy(() => (theirModel.predict(tf.tensor(sample, [1, ...inputShape])) as tf.Tensor).dataSync());
  theirModel.dispose();
  const mine = runFloat(read(file), [sample])[0]!.at(-1)!;
  expect(mine).to.have.lengthOf(theirs.length);
  return (
    Math.max(...mine.map((value, index) => Math.abs(value - theirs[index]!))) / Math.max(1, ...theirs.map(Math.abs))
  );
}

describe("readGraphModel", () => {
  before(async () => {
    tf.env().set("PROD", true);
    await tf.setBackend("cpu");
  });
  const refuses = (build: (file: GraphFile) => string | undefined, code: string, message: RegExp, output?: string) =>
    expectError(
      () => {
        const file = new GraphFile();
        build(file);
        return read(file, output);
      },
      code,
      message,
    );

  it("refuses graphs with cycles, missing nodes, missing tensors and names twice there", () => {
    refuses(
      (file) => (file.push("a", "Relu", ["b"], {}), file.push("b", "Relu", ["a"], {})),
      "MODEL_FILE_INVALID",
      /cycle through "[ab]"/,
    );
    refuses((file) => file.push("a", "Relu", ["a"], {}), "MODEL_FILE_INVALID", /cycle/);
    refuses((file) => file.op("Relu", ["nowhere"]), "MODEL_FILE_INVALID", /no node "nowhere"/);
    refuses(
      (file) => file.op("AddV2", [file.input([-1, 2]), file.push("c", "Const", [], {})]),
      "MODEL_FILE_INVALID",
      /lack the constant "c"/,
    );
    refuses((file) => (file.input([-1, 2]), file.input([-1, 2])), "MODEL_FILE_INVALID", /a name of its own/);
    refuses((file) => file.op("Relu", [file.input([-1, 2])]), "MODEL_FILE_INVALID", /no node "z"/, "z:0");
    refuses((file) => file.op("Relu", [`${file.input([-1, 2])}:3`]), "MODEL_FILE_INVALID", /takes output 3/);
    refuses((file) => (file.input([-1, 2]), file.floats([2], [1, 2])), "LAYER_UNSUPPORTED", /has 0 inputs/);
  });

  it("refuses shapes that do not fit", () => {
    const withInput = (
      op: string,
      shape: number[],
      other: (file: GraphFile) => string,
      code: string,
      message: RegExp,
    ) => refuses((file) => file.op(op, [file.input([-1, ...shape]), other(file)]), code, message);
    withInput("AddV2", [3], (file) => file.floats([2], [1, 2]), "MODEL_FILE_INVALID", /joins \[1, 3\] and \[2\]/);
    withInput("MatMul", [3], (file) => file.floats([2, 2], [1, 2, 3, 4]), "MODEL_FILE_INVALID", /last axis of 2/);
    withInput("Reshape", [3], (file) => file.ints([-1, 2]), "MODEL_FILE_INVALID", /Whole sizes/);
    withInput("Reshape", [3], (file) => file.ints([1, 2 ** 30, 2 ** 30]), "MODEL_FILE_INVALID", /Whole sizes/);
    withInput("Transpose", [3, 2], (file) => file.ints([0, 1, 1]), "MODEL_FILE_INVALID", /permutes by 0, 1, 1/);
    withInput(
      "Conv2D",
      [3, 3, 2],
      (file) => file.floats([2, 2], [1, 2, 3, 4]),
      "MODEL_FILE_INVALID",
      /kernel of shape/,
    );
    withInput("ExpandDims", [3], (file) => file.ints(9), "MODEL_FILE_INVALID", /axis 9/);
    refuses((file) => file.op("Relu", [file.input([-1, -1])]), "LAYER_UNSUPPORTED", /shape \[-1, -1\]/);
    refuses((file) => file.op("Relu", [file.input([8, 2])]), "LAYER_UNSUPPORTED", /batches of 8/);
  });

  it("refuses what it cannot do exactly by name", () => {
    const unsupported = (build: (file: GraphFile, x: string) => string, message: RegExp) =>
      refuses((file) => build(file, file.input([-1, 5, 5, 2])), "LAYER_UNSUPPORTED", message);
    unsupported((file, x) => file.op("LRN", [x]), /"LRN_\d" \(LRN\) is not supported[^]*Conv2D/);
    unsupported((file, x) => file.op("Relu", [x], {}) && file.op("toString", [x]), /toString/);
    const pool = { ksize: ints([1, 2, 2, 1]), strides: ints([1, 2, 2, 1]), padding: text("SAME") };
    unsupported((file, x) => file.op("AvgPool", [x], pool), /fewer elements: VALID/);
    unsupported((file, x) => file.op("MaxPool", [x], { ...pool, data_format: text("NCHW") }), /channels first/);
    unsupported((file, x) => file.op("Pow", [x, file.floats([], [3])]), /exponent 3/);
    unsupported((file, x) => file.op("Maximum", [x, file.floats([2], [1, 2])]), /One number for all/);
    const statistics = (file: GraphFile) => [1, 2, 3, 4].map(() => file.floats([2], [1, 1]));
    unsupported(
      (file, x) => file.op("FusedBatchNormV3", [x, ...statistics(file)], { is_training: bool(true) }),
      /for inference/,
    );
    unsupported((file, x) => file.op("GatherV2", [x, file.op("Cast", [x], {}), file.ints(0)]), /computed indices/);
  });

  it("refuses constants that are not finite", () => {
    refuses(
      (file) => file.op("MatMul", [file.input([-1, 1]), file.floats([1, 1], [Infinity])]),
      "WEIGHTS_NOT_FINITE",
      /Infinity/,
    );
  });

  it("drops a last softmax, leaves out what is not needed, and follows the signature", () => {
    const file = new GraphFile();
    const scores = file.op("MatMul", [file.input([-1, 2]), file.floats([2, 3], [1, 2, 3, 4, 5, 6])]);
    const probabilities = file.op("Identity", [file.op("Softmax", [scores])]);
    file.op("Relu", [scores]);
    const model = read(file, `${probabilities}:0`);
    expect(model.nodes.map(({ op }) => op)).to.deep.equal(["dense"]);
    expect(model).to.deep.include({ format: "TensorFlow.js Graph", inputShape: [2], droppedActivation: "softmax" });
  });

  it("reads an embedding, splits, and strides with dropped axes", () => {
    const file = new GraphFile();
    const x = file.input([-1, 4]);
    const rows = file.op("GatherV2", [
      file.floats([3, 2], [1, 2, 3, 4, 5, 6]),
      file.op("Cast", [x], { SrcT: { type: "DT_FLOAT" }, DstT: { type: "DT_INT32" } }),
      file.ints(0),
    ]);
    const halves = file.op("Split", [file.ints(1), rows], { num_split: attribute.int(2) });
    const difference = file.op("Sub", [halves, `${halves}:1`]);
    const masks = { shrink_axis_mask: attribute.int(2), begin_mask: attribute.int(5), end_mask: attribute.int(5) };
    file.op("StridedSlice", [difference, file.ints([0, 1, 0]), file.ints([0, 2, 0]), file.ints([1, 1, 1])], masks);
    // Tokens 1 and 3, rows 1 and 0: [3, 4] − [1, 2].
    expect([...runFloat(read(file), [Float32Array.of(0, 1, 2, 0)])[0]![0]!]).to.deep.equal([2, 2]);
  });

  it("gives TensorFlow.js' own predictions on random graphs of all operations", async () => {
    const property = fc.asyncProperty(fc.nat(1e6), async (seed) => {
      expect(await difference(seed)).to.be.below(1e-4);
    });
    await fc.assert(property, { numRuns: deepRuns(60) });
  });
});
