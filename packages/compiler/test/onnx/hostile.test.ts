import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { elementCount, Random, VerimeshError } from "@verimesh/core";
import { deepRuns } from "@verimesh/core/testing";
import { expect } from "chai";
import { runFloat } from "../../src/float/runFloat.ts";
import { readOnnxModel } from "../../src/read/onnx/readOnnxModel.ts";
import { expectRejection } from "../read/expectError.ts";
import { encodeMessage } from "./helpers/encodeModel.ts";
import { INT64, OnnxFile, tensor, valueInfo } from "./helpers/OnnxFile.ts";
import { randomGraph } from "./helpers/randomGraph.ts";
import { samplesFor } from "./helpers/reading.ts";

const refuses = (bytes: Uint8Array, message: RegExp, code = "LAYER_UNSUPPORTED") =>
  expectRejection(readOnnxModel(bytes), code, message);
const invalid = (bytes: Uint8Array, message: RegExp) => refuses(bytes, message, "MODEL_FILE_INVALID");

const isReadable = (bytes: Uint8Array) =>
  readOnnxModel(bytes).then(
    () => true,
    () => false,
  );

/** A file of one operator on `[1, 4, 6, 6]`, or another shape. */
function single(
  operator: string,
  attributes: Readonly<Record<string, never>> | object = {},
  inputs: readonly string[] = ["x"],
  shape: readonly (number | null)[] = [null, 4, 6, 6],
): Uint8Array {
  const file = new OnnxFile(shape);
  return file.bytes(file.op(operator, inputs, { attributes: attributes as never }));
}

/** A valid file with every kind of part: convolution, attention-like products, constants, trees of shapes. */
function validFile(): Uint8Array {
  const file = new OnnxFile([null, 2, 6, 6]);
  const conv = file.op("Conv", ["x", file.floats([3, 2, 3, 3]), file.floats([3])], {
    attributes: { pads: [1, 1, 1, 1] },
  });
  const pooled = file.op("MaxPool", [file.op("Relu", [conv])], {
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
  });
  const shape = file.op(
    "Concat",
    [file.op("Slice", [file.op("Shape", [pooled]), file.ints([0]), file.ints([2])]), file.ints([-1])],
    { attributes: { axis: 0 } },
  );
  const rows = file.op("Reshape", [pooled, shape]);
  const product = file.op("MatMul", [rows, file.op("Transpose", [rows], { attributes: { perm: [0, 2, 1] } })]);
  const flat = file.op("Flatten", [file.op("Softmax", [product])]);
  const narrow = file.op("Mul", [flat, file.initializer({ ...tensor(1, [9]), floatData: file.numbers(9) })]);
  return file.bytes(file.op("Gemm", [narrow, file.floats([9, 4])]));
}

describe("readOnnxModel", () => {
  it("refuses operators and options that it cannot do exactly, by name", async () => {
    await refuses(single("LSTM"), /"LSTM\/1" \(ONNX LSTM\) is not supported.*\n.*attention/);
    await refuses(single("If"), /fixed shapes/);
    await refuses(single("constructor"), /constructor.*is not supported/);
    await refuses(single("TopK", {}, ["x", "x"]), /output rule topK/);
    await refuses(single("AveragePool", { kernel_shape: [2, 2], pads: [1, 1, 1, 1] }), /count_include_pad 1/);
    await refuses(single("MaxPool", { kernel_shape: [2, 2], dilations: [2, 2] }), /dilated/);
    await refuses(single("Pow", {}, ["x", "x"]), /exponent/);
    await refuses(single("Softmax", { axis: 0 }), /batch axis/);
    await refuses(single("ReduceMean", {}), /batch axis/);
    await refuses(single("Concat", { axis: 0 }, ["x", "x"]), /batch axis/);
    await refuses(single("ArgMax", { axis: 1 }), /over all scores/);
    await refuses(single("Cast", { to: INT64 }), /rounds real numbers/);
    await refuses(single("MaxPool", { kernel_shape: [2, 2, 2] }, ["x"], [1, 2, 3, 4, 5]), /Sequences/);
    const file = new OnnxFile([null, 4]);
    await refuses(file.bytes(file.op("Gelu", ["x"], { domain: "com.microsoft" })), /domain "com.microsoft"/);
  });

  it("refuses models that are not of one sample, one input and one answer", async () => {
    await refuses(single("Relu", {}, ["x"], [8, 4]), /batch of 8/);
    await refuses(single("Relu", {}, ["x"], [null, null]), /more than the batch is open/);
    await refuses(single("Relu", {}, ["x"], [null]), /single number/);
    const two = new OnnxFile([null, 4]);
    two.inputs.push(valueInfo("y", 1, [null, 4]));
    await refuses(two.bytes(two.op("Add", ["x", "y"])), /2 inputs: "x", "y"/);
    const outputs = new OnnxFile([null, 4]);
    outputs.outputs = [outputs.op("Relu", ["x"]), outputs.op("Tanh", ["x"])].map((name) => valueInfo(name, 1));
    await refuses(outputs.bytes(""), /2 outputs: "Relu_1", "Tanh_2"/);
    expect((await readOnnxModel(outputs.bytes(""), { output: "Tanh_2" })).nodes.map(({ name }) => name)).to.deep.equal([
      "Tanh/2",
    ]);
    const open = new OnnxFile([null, null]);
    const model = await readOnnxModel(open.bytes(open.op("Relu", ["x"])), { inputShape: [5] });
    expect(model.inputShape).to.deep.equal([5]);
    const constant = new OnnxFile([null, 4]);
    await refuses(
      constant.bytes(constant.op("Add", [constant.floats([2]), constant.floats([2])])),
      /same to every input/,
    );
  });

  it("refuses versions before those that it knows, and functions", async () => {
    const old = new OnnxFile([null, 4]);
    old.opsets = [{ domain: "", version: 12 }];
    await refuses(old.bytes(old.op("Relu", ["x"])), /opset 12/);
    const irVersion = new OnnxFile([null, 4]);
    irVersion.irVersion = 3;
    await refuses(irVersion.bytes(irVersion.op("Relu", ["x"])), /IR version 3/);
    await refuses(
      encodeMessage("Model", { irVersion: 8, graph: {}, opsetImport: [{ version: 17 }], functions: [{ name: "f" }] }),
      /functions/,
    );
    await invalid(new Uint8Array(0), /no ONNX model/);
  });

  it("refuses graphs with cycles, missing tensors and names twice there", async () => {
    const cycle = new OnnxFile([null, 4]);
    cycle.op("Add", ["x", "b"], { outputs: ["a"] });
    await invalid(cycle.bytes(cycle.op("Relu", ["a"], { outputs: ["b"] })), /uses "b" in Add before it is there/);
    await invalid(single("Add", {}, ["x", "nowhere"]), /nowhere/);
    await invalid(single("Add", {}, ["x", ""]), /lacks its input 2/);
    for (const operator of ["Flatten", "Cast", "Gather", "Where", "Slice", "Range", "ConstantOfShape", "Shape", "Relu"])
      for (const inputs of [[], [""], ["", ""]])
        await invalid(single(operator, { to: 1 }, inputs), /lacks its input 1/);
    const twice = new OnnxFile([null, 4]);
    twice.op("Relu", ["x"], { outputs: ["y"] });
    await invalid(twice.bytes(twice.op("Tanh", ["y"], { outputs: ["y"] })), /gives "y" twice/);
    const initializers = new OnnxFile([null, 4]);
    const message = { ...tensor(1, [1]), floatData: [1], name: "w" };
    initializers.initializers.push(message, message);
    await invalid(initializers.bytes(initializers.op("Add", ["x", "w"])), /"w" twice/);
    const absent = new OnnxFile([null, 4]);
    absent.op("Relu", ["x"]);
    await invalid(absent.bytes("elsewhere"), /never computes/);
  });

  it("refuses tensors whose data do not fit, before it sets anything aside for them", async () => {
    for (const message of [
      { ...tensor(1, [2 ** 40]), floatData: [1] },
      { ...tensor(1, [2 ** 26]), floatData: [1] },
      { ...tensor(1, [-1]), floatData: [1] },
      { ...tensor(1, [2 ** 20, 2 ** 20, 0]), floatData: [1] },
      { ...tensor(1, new Array<number>(64).fill(1)), floatData: [1] },
      { ...tensor(1, [3]), rawData: new Uint8Array(13) },
      { ...tensor(1, [3]), doubleData: [1, 2, 3] },
      { ...tensor(7, [3]), int64Data: [1, 2] },
    ]) {
      const file = new OnnxFile([null, 3]);
      await invalid(file.bytes(file.op("Add", ["x", file.initializer(message)])), /^Tensor "w0"/);
    }
    const text = new OnnxFile([null, 3]);
    await refuses(text.bytes(text.op("Add", ["x", text.initializer(tensor(8, [3]))])), /element type 8/);
  });

  it("refuses constants and tensors that would grow without end", async () => {
    const doubling = new OnnxFile([null, 3]);
    let name = doubling.floats([1024]);
    for (let step = 0; step < 40; step++) name = doubling.op("Concat", [name, name], { attributes: { axis: 0 } });
    await invalid(doubling.bytes(doubling.op("Add", ["x", name])), /At most 16777216|more than 67108864/);
    const expanded = new OnnxFile([null, 3]);
    await invalid(expanded.bytes(expanded.op("Expand", ["x", expanded.ints([2 ** 31, 2 ** 20, 3])])), /At most/);
    const filled = new OnnxFile([null, 3]);
    await invalid(
      filled.bytes(filled.op("Add", ["x", filled.op("ConstantOfShape", [filled.ints([2 ** 40])])])),
      /At most/,
    );
    const ranged = new OnnxFile([null, 3]);
    const [zero, one] = [ranged.ints([0], []), ranged.ints([1], [])];
    await invalid(ranged.bytes(ranged.op("Add", ["x", ranged.op("Range", [zero, one, zero])])), /finite range/);
    await invalid(single("Pad", {}, ["x"]), /no pads/);
    await invalid(single("MaxPool", { kernel_shape: [2, 2], pads: [2 ** 40, 0, 0, 0] }), /pads/);
  });

  it("refuses operands whose shapes do not fit, though their sizes do", async () => {
    const joined = new OnnxFile([1, 2, 2, 1]);
    await invalid(
      joined.bytes(joined.with("Concat", ["x", joined.floats([1, 2, 1, 2])], { axis: 1 })),
      /another shape/,
    );
    const normal = new OnnxFile([null, 2, 3]);
    const gains = normal.floats([3, 2]);
    await invalid(normal.bytes(normal.with("LayerNormalization", ["x", gains], { axis: 1 })), /\[3, 2\]/);
    const looked = new OnnxFile([null, 3]);
    await invalid(looked.bytes(looked.op("Gather", ["x", looked.floats([1], [1])])), /real numbers/);
    await invalid(looked.bytes(looked.op("Gather", [looked.floats([4, 4]), "x"])), /real numbers/);
    const product = new OnnxFile([null, 2, 3]);
    await invalid(product.bytes(product.op("MatMul", ["x", product.floats([2, 3])])), /inner axes/);
    const vector = new OnnxFile([null, 4]);
    await invalid(vector.bytes(vector.op("Conv", ["x", vector.floats([2, 2, 2])])), /weights/);
    await invalid(vector.bytes(vector.op("Reshape", ["x", vector.ints([3, -1])])), /turns \[1, 4\]/);
  });

  it("gives a model that runs, or an error of its own, for graphs of any operators", async () => {
    await tf.setBackend("cpu");
    const random = new Random(23);
    let valid = 0;
    for (let run = 0; run < deepRuns(120); run++) {
      const { bytes, operators } = await randomGraph(random, run % 3 === 0 ? undefined : isReadable);
      const model = await readOnnxModel(bytes).catch((error: unknown) => {
        if (!(error instanceof VerimeshError)) throw new Error(`run ${run}: ${operators.join()}`, { cause: error });
      });
      if (model === undefined || model.nodes.some(({ op }) => op === "embedding")) continue;
      const scores = runFloat(model, samplesFor(model, 2)).map((values) => values.at(-1)!);
      expect(scores.map(({ length }) => length)).to.deep.equal(
        scores.map(() => elementCount(model.nodes.at(-1)!.shape)),
      );
      valid++;
    }
    expect(valid).to.be.greaterThan(50);
  });

  it("refuses one tensor that many operators would copy", async function () {
    if (deepRuns(1) === 1) this.skip();
    const reused = new OnnxFile([null, 1024]);
    const weights = reused.floats([1024, 1024]);
    let y = "x";
    for (let step = 0; step < 80; step++) y = reused.op("MatMul", [y, weights]);
    await invalid(reused.bytes(y), /more than 67108864 numbers/);
  });

  it("refuses attributes of another type than the operator's", async () => {
    await invalid(single("LeakyRelu", { alpha: 1 }), /attribute type 2/);
    await invalid(single("LeakyRelu", { alpha: "steep" }), /attribute type 3/);
    await invalid(single("Transpose", { perm: [0, 0, 1, 2] }), /axis twice/);
    await invalid(single("Transpose", { perm: [0, 1] }), /4 integers/);
    await invalid(single("Reshape", {}, ["x"]), /no shape/);
  });

  it("refuses weights that are not finite", async () => {
    const file = new OnnxFile([null, 2]);
    await refuses(file.bytes(file.op("Mul", ["x", file.floats([2], [1, NaN])])), /NaN/, "WEIGHTS_NOT_FINITE");
  });

  it("gives a model or an error of its own for damaged files", async () => {
    const whole = validFile();
    await readOnnxModel(whole);
    const random = new Random(11);
    let valid = 0;
    for (let run = 0; run < deepRuns(400); run++) {
      const bytes = Uint8Array.from(run % 4 === 0 ? whole.subarray(0, random.integer(0, whole.length)) : whole);
      for (let flips = run % 4; flips > 0 && bytes.length > 0; flips--)
        bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
      const error: unknown = await readOnnxModel(bytes).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (error === undefined) valid++;
      else if (!(error instanceof VerimeshError)) throw new Error(`run ${run} threw another error`, { cause: error });
    }
    expect(valid, "some damage only changes weights").to.be.greaterThan(10);
  });
});

describe("readOnnxModel's external data", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "verimesh-onnx-"));
    await mkdir(join(folder, "model"));
    await writeFile(join(folder, "model", "weights.bin"), new Uint8Array(Float32Array.of(9, 1, 2, 3).buffer));
    await writeFile(join(folder, "secret.bin"), new Uint8Array(12));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const bytesOf = (entries: Readonly<Record<string, string>>): Uint8Array => {
    const file = new OnnxFile([null, 3]);
    const externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
    return file.bytes(file.op("Mul", ["x", file.initializer({ ...tensor(1, [3]), dataLocation: 1, externalData })]));
  };
  const read = async (entries: Readonly<Record<string, string>>) => {
    await writeFile(join(folder, "model", "model.onnx"), bytesOf(entries));
    return readOnnxModel(join(folder, "model", "model.onnx"));
  };
  const refusesData = (entries: Readonly<Record<string, string>>, message: RegExp) =>
    expectRejection(read(entries), "MODEL_FILE_INVALID", message);

  it("stays in the model's folder", async () => {
    for (const location of ["../secret.bin", join(folder, "secret.bin"), "a/../../secret.bin", "..\\secret.bin"])
      await refusesData({ location }, /outside the model's folder/);
    await symlink(join(folder, "secret.bin"), join(folder, "model", "link.bin"));
    await refusesData({ location: "link.bin" }, /outside the model's folder/);
  });

  it("is there, and long enough", async () => {
    await refusesData({ location: "missing.bin" }, /is not there/);
    await refusesData({ location: "" }, /outside|not a file|is not there/);
    await refusesData({ location: "weights.bin", offset: "8", length: "12" }, /bytes 8 to 20/);
    await refusesData({ location: "weights.bin", offset: "-4" }, /offset "-4"/);
    await refusesData({ location: "weights.bin", offset: "1e1" }, /offset "1e1"/);
    await refusesData({ location: "weights.bin", offset: "8" }, /has 2 elements/);
    await expectRejection(
      readOnnxModel(bytesOf({ location: "weights.bin" })),
      "MODEL_FILE_INVALID",
      /path rather than its bytes/,
    );
  });

  it("is read from its offset on", async () => {
    const model = await read({ location: "weights.bin", offset: "4", length: "12" });
    expect(model.nodes[0]).to.have.deep.property("scale", Float32Array.of(1, 2, 3));
  });
});
