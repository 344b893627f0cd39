import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import type { FloatModel } from "../../src/float/types.ts";
import { readGraphModel } from "../../src/read/graph/readGraphModel.ts";
import { JsonValue } from "../../src/read/json/JsonValue.ts";
import { attribute, GraphFile } from "./GraphFile.ts";

const keep = { keep_dims: attribute.bool(true) };

/** Reads a graph on [tokens, 4] or so, followed by a matrix product. */
function read(shape: number[], build: (file: GraphFile, x: string) => string): FloatModel {
  const file = new GraphFile();
  const x = file.op("BatchMatMulV2", [
    file.input([-1, ...shape]),
    file.floats(
      [4, 4],
      Float32Array.from({ length: 16 }, (_, i) => Math.sin(i)),
    ),
  ]);
  const end = build(file, x);
  file.op("BatchMatMulV2", [end, file.floats([4, 1], [1, -1, 2, 0.5])]);
  return readGraphModel(new JsonValue(JSON.parse(JSON.stringify(file.json())), "model"), file.weights());
}
const kinds = ({ nodes }: FloatModel) => nodes.map((node) => (node.op === "unary" ? node.function.kind : node.op));

describe("recognizePatterns", () => {
  before(async () => {
    tf.env().set("PROD", true);
    await tf.setBackend("cpu");
  });
  const scalar = (file: GraphFile, value: number) => file.floats([], [value]);

  const layerNorm = (file: GraphFile, x: string, epsilon = 1e-3) => {
    const mean = file.op("Mean", [x, file.ints([-1])], keep);
    const centred = file.op("Sub", [x, mean]);
    const variance = file.op("Mean", [file.op("Square", [centred]), file.ints([-1])], keep);
    return { mean, centred, root: file.op("Sqrt", [file.op("AddV2", [variance, scalar(file, epsilon)])]) };
  };

  it("does not take for a layer normalisation what is none", () => {
    const halved = read([3, 4], (file, x) =>
      file.op("RealDiv", [
        layerNorm(file, x).centred,
        file.op("Mul", [layerNorm(file, x).root, layerNorm(file, x).root]),
      ]),
    );
    const other = read([3, 4], (file, x) => file.op("RealDiv", [x, layerNorm(file, x).root]));
    const acrossTokens = read([3, 4], (file, x) => {
      const mean = file.op("Mean", [x, file.ints([1])], keep);
      const variance = file.op("Mean", [file.op("SquaredDifference", [x, mean]), file.ints([1])], keep);
      return file.op("Mul", [
        file.op("Sub", [x, mean]),
        file.op("Rsqrt", [file.op("AddV2", [variance, scalar(file, 1e-3)])]),
      ]);
    });
    for (const model of [halved, other, acrossTokens]) expect(kinds(model)).to.not.include("layerNorm");
  });

  it("leaves what follows a layer normalisation, though few values show it", () => {
    const model = read([3, 4], (file, x) => {
      const { centred, root } = layerNorm(file, x);
      const normal = file.op("RealDiv", [centred, root]);
      return file.op("Mul", [file.op("Maximum", [normal, scalar(file, 1.7)]), file.floats([4], [1, 2, 3, 4])]);
    });
    expect(kinds(model)).to.include.members(["layerNorm", "clip"]);
  });

  it("recognises a layer normalisation however it is spelled, with its constants", () => {
    const divided = read([3, 4], (file, x) => {
      const { centred, root } = layerNorm(file, x);
      const scaled = file.op("Mul", [file.op("RealDiv", [centred, root]), file.floats([4], [1, 2, 3, 4])]);
      return file.op("AddV2", [scaled, file.floats([4], [0, 0.5, -0.5, 1])]);
    });
    const folded = read([4], (file, x) => {
      const { mean, root } = layerNorm(file, x);
      const scale = file.op("Mul", [file.op("Reciprocal", [root]), file.floats([4], [1, 2, 3, 4])]);
      return file.op("AddV2", [
        file.op("Mul", [x, scale]),
        file.op("Sub", [file.floats([4], [0, 0.5, -0.5, 1]), file.op("Mul", [mean, scale])]),
      ]);
    });
    for (const model of [divided, folded]) {
      expect(kinds(model)).to.deep.equal(["dense", "layerNorm", "dense"]);
      const norm = model.nodes[1] as Extract<FloatModel["nodes"][number], { op: "layerNorm" }>;
      expect(norm.epsilon).to.be.closeTo(1e-3, 1e-9);
      norm.gamma.forEach((value, o) => expect(value).to.be.closeTo(o + 1, 1e-3));
      norm.beta.forEach((value, o) => expect(value).to.be.closeTo([0, 0.5, -0.5, 1][o]!, 1e-3));
    }
  });

  it("recognises both halves of a residual block", () => {
    const model = read([3, 4], (file, x) => {
      const first = layerNorm(file, x);
      const y = file.op("AddV2", [x, file.op("RealDiv", [first.centred, first.root])]);
      const second = layerNorm(file, y);
      return file.op("RealDiv", [second.centred, second.root]);
    });
    expect(kinds(model)).to.deep.equal(["dense", "layerNorm", "add", "layerNorm", "dense"]);
  });

  const gelu = (file: GraphFile, x: string, shift = 1) => {
    const erf = file.op("Erf", [file.op("Mul", [x, scalar(file, Math.SQRT1_2)])]);
    return file.op("Mul", [file.op("Mul", [x, scalar(file, 0.5)]), file.op("AddV2", [erf, scalar(file, shift)])]);
  };

  it("recognises GELU in both forms, swish, mish and softsign", () => {
    const byTanh = (file: GraphFile, x: string) => {
      const cube = file.op("Mul", [file.op("Mul", [x, x]), x]);
      const inner = file.op("AddV2", [x, file.op("Mul", [cube, scalar(file, 0.044715)])]);
      const tanh = file.op("Tanh", [file.op("Mul", [inner, scalar(file, 0.7978846)])]);
      return file.op("Mul", [scalar(file, 0.5), file.op("Mul", [x, file.op("AddV2", [tanh, scalar(file, 1)])])]);
    };
    const gated = (op: string) => (file: GraphFile, x: string) => file.op("Mul", [file.op(op, [x]), x]);
    const mish = (file: GraphFile, x: string) => file.op("Mul", [x, file.op("Tanh", [file.op("Softplus", [x])])]);
    const softsign = (file: GraphFile, x: string) =>
      file.op("RealDiv", [x, file.op("AddV2", [file.op("Abs", [x]), scalar(file, 1)])]);
    expect(read([4], gelu).nodes[1]).to.have.deep.property("function", { kind: "gelu", approximate: false });
    expect(kinds(read([4], gelu))).to.deep.equal(["dense", "gelu", "dense"]);
    expect(kinds(read([4], gated("Sigmoid")))).to.deep.equal(["dense", "swish", "dense"]);
    expect(kinds(read([4], mish))).to.deep.equal(["dense", "mish", "dense"]);
    expect(kinds(read([4], softsign))).to.deep.equal(["dense", "softsign", "dense"]);
    expect(kinds(read([4], byTanh))).to.deep.equal(["dense", "gelu", "dense"]);
    expect(read([4], byTanh).nodes[1]).to.have.deep.property("function", { kind: "gelu", approximate: true });
  });

  it("leaves alone what only looks like one", () => {
    expect(kinds(read([4], (file, x) => gelu(file, x, 1.001)))).to.include("multiply");
    expect(
      kinds(
        read([4], (file, x) => file.op("Mul", [x, file.op("Sigmoid", [file.op("Mul", [x, scalar(file, 1.702)])])])),
      ),
    ).to.include("multiply");
    const ofTwo = (file: GraphFile, x: string) =>
      file.op("Mul", [
        x,
        file.op("Sigmoid", [file.op("BatchMatMulV2", [x, file.floats([4, 4], new Float32Array(16).fill(0.1))])]),
      ]);
    expect(kinds(read([4], ofTwo))).to.include("multiply");
  });
});
