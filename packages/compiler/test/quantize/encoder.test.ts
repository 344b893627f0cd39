import { Random } from "@verimesh/core";
import { expect } from "chai";
import type { FloatSource } from "../../src/float/types.ts";
import { expectError } from "../read/expectError.ts";
import { encodingOf, normals, quantized, Sketch, useCpu } from "./floatModels.ts";

const [TOKENS, WIDTH, HEADS] = [6, 8, 2];
const bytes = encodingOf([TOKENS], 0, 1);

function embedding(sketch: Sketch, rows = 20): FloatSource {
  const table = normals(sketch.random, rows * WIDTH);
  return sketch.builder.add({ op: "embedding", name: "tokens", source: 0, rows, width: WIDTH, table });
}

function normed(s: Sketch, source: FloatSource): FloatSource {
  const gamma = Float32Array.from({ length: WIDTH }, () => 0.5 + s.random.next());
  return s.builder.add({
    op: "layerNorm",
    name: "norm",
    source,
    gamma,
    beta: normals(s.random, WIDTH, 0.1),
    epsilon: 1e-5,
  });
}

/** Scaled dot-product attention of some heads, as readers write it. */
function attention(s: Sketch, x: FloatSource): FloatSource {
  const size = WIDTH / HEADS;
  const headsOf = (name: string, permutation: number[]) => {
    const split = s.builder.reshape("heads", s.dense(x, WIDTH, name), [TOKENS, HEADS, size]);
    return s.builder.add({ op: "transpose", name: `${name} heads`, source: split, permutation });
  };
  const [queries, keys, values] = [headsOf("query", [1, 0, 2]), headsOf("key", [1, 2, 0]), headsOf("value", [1, 0, 2])];
  const products = s.builder.add({ op: "matMul", name: "scores", sources: [queries, keys] });
  const scaled = s.builder.add({
    op: "affine",
    name: "scale",
    source: products,
    scale: Float32Array.of(size ** -0.5),
    offset: Float32Array.of(0),
  });
  const weights = s.builder.add({ op: "softmax", name: "softmax", source: scaled });
  const mixed = s.builder.add({ op: "matMul", name: "mixed", sources: [weights, values] });
  const joined = s.builder.add({ op: "transpose", name: "joined", source: mixed, permutation: [1, 0, 2] });
  return s.dense(s.builder.reshape("join", joined, [TOKENS, WIDTH]), WIDTH, "out");
}

function encoder(layers: number) {
  const s = new Sketch([TOKENS], 4);
  const positions = normals(s.random, TOKENS * WIDTH, 0.3);
  let x = s.builder.add({
    op: "affine",
    name: "positions",
    source: embedding(s),
    scale: Float32Array.of(1),
    offset: positions,
  });
  const add = (a: FloatSource, b: FloatSource) => s.builder.add({ op: "add", name: "residual", sources: [a, b] });
  for (let layer = 0; layer < layers; layer++) {
    x = normed(s, add(x, attention(s, x)));
    const hidden = s.builder.add({
      op: "unary",
      name: "gelu",
      source: s.dense(x, 2 * WIDTH),
      function: { kind: "gelu", approximate: false },
    });
    x = normed(s, add(x, s.dense(hidden, WIDTH)));
  }
  const image = s.builder.reshape("image", x, [1, TOKENS, WIDTH]);
  const mean = s.builder.add({
    op: "averagePool2d",
    name: "mean",
    source: image,
    window: [1, TOKENS],
    strides: [1, TOKENS],
  });
  return s.finish(s.dense(s.flatten(mean), 4, "classes"));
}

function tokens(count: number, rows: number): Float32Array[] {
  const random = new Random(8);
  return Array.from({ length: count }, () => Float32Array.from({ length: TOKENS }, () => random.integer(0, rows - 1)));
}

describe("embeddings and encoders", () => {
  before(useCpu);

  it("refuse to look up numbers that are not whole, and tables of one row", () => {
    const s = new Sketch([TOKENS]);
    const model = s.finish(s.dense(embedding(s), 2));
    const halves = encodingOf([TOKENS], 0, 0.5);
    const samples = tokens(4, 5);
    expectError(
      () => quantized(model, { encoding: halves, samples }),
      "QUANTIZATION_IMPOSSIBLE",
      /not whole.*\n.*scale 1/,
    );
    const single = new Sketch([TOKENS]);
    const one = single.finish(single.dense(embedding(single, 1), 2));
    const zeros = tokens(4, 1);
    expectError(() => quantized(one, { encoding: bytes, samples: zeros }), "QUANTIZATION_IMPOSSIBLE", /1 rows/);
  });

  it("pay for the one-hot vectors alone: rows are linear, and beyond the table the last one is read", () => {
    const s = new Sketch([TOKENS]);
    const { model, error } = quantized(s.finish(s.dense(embedding(s), 2)), {
      encoding: bytes,
      samples: tokens(60, 20),
    });
    expect(error).to.be.below(0.01);
    const kinds = model.nodes.map(({ kind }) => kind).filter((kind) => kind !== "reshape");
    expect(kinds).to.deep.equal(["requantize", "oneHot", "dense", "dense"]);
  });

  for (const layers of [1, 2]) {
    it(`of ${layers} layers are within 6 % of the float scores, and decide alike`, () => {
      const { error, agreement } = quantized(encoder(layers), { encoding: bytes, samples: tokens(60, 20) });
      expect(error).to.be.below(0.06);
      expect(agreement).to.be.above(0.9);
    });
  }
});
