import { Random, elementCount } from "@verimesh/core";
import { deepRuns } from "@verimesh/core/testing";
import { expect } from "chai";
import { floatScores } from "../../src/accuracy.ts";
import type { FloatModel, FloatSource } from "../../src/float/types.ts";
import { simplify } from "../../src/quantize/simplify/simplify.ts";
import { encodingOf, normals, samplesFor, Sketch, useCpu } from "./floatModels.ts";

const opsOf = (model: FloatModel) => model.nodes.map(({ op }) => op);
const NONE = { top: 0, bottom: 0, left: 0, right: 0 };

const affine = (s: Sketch, source: FloatSource, sign = 1) => {
  const channels = s.builder.shapeOf(source).at(-1)!;
  const scale = normals(s.random, channels).map((value) => sign * (Math.abs(value) + 0.1));
  return s.builder.add({ op: "affine", name: "norm", source, scale, offset: normals(s.random, channels, 0.3) });
};
const maxPool = (s: Sketch, source: FloatSource, window = 2, strides = 2) =>
  s.builder.add({
    op: "maxPool2d",
    name: "pool",
    source,
    window: [window, window],
    strides: [strides, strides],
    padding: NONE,
  });

function expectSame(model: FloatModel, simple: FloatModel): void {
  const samples = samplesFor(encodingOf(model.inputShape), 6);
  const [before, after] = [floatScores(model, samples), floatScores(simple, samples)];
  before.forEach((scores, k) => scores.forEach((score, o) => expect(after[k]![o]).to.be.closeTo(score, 1e-3)));
}

describe("simplify", () => {
  before(useCpu);

  it("folds batch normalisation into the convolution, also through a pooling", () => {
    const s = new Sketch([8, 8, 2]);
    const model = s.finish(s.relu(affine(s, maxPool(s, affine(s, s.conv(0, 3, 3), -1)))));
    const simple = simplify(model, { kind: "scores" });
    expect(opsOf(simple)).to.deep.equal(["conv2d", "maxPool2d", "unary"]);
    expectSame(model, simple);
  });

  it("leaves a negative scale after a max pooling, and what two steps read", () => {
    const s = new Sketch([8, 8, 2]);
    const model = s.finish(affine(s, maxPool(s, s.conv(0, 3, 3)), -1));
    expect(opsOf(simplify(model, { kind: "scores" }))).to.deep.equal(["conv2d", "maxPool2d", "affine"]);
    const t = new Sketch([4]);
    const shared = t.dense(0, 4);
    const twice = t.finish(t.builder.add({ op: "add", name: "sum", sources: [shared, affine(t, shared)] }));
    expect(opsOf(simplify(twice, { kind: "scores" }))).to.deep.equal(["dense", "affine", "add"]);
  });

  it("puts a clip behind a max pooling whose windows do not overlap, and only there", () => {
    for (const [strides, expected] of [
      [2, ["conv2d", "maxPool2d", "unary"]],
      [1, ["conv2d", "unary", "maxPool2d"]],
    ] as const) {
      const s = new Sketch([8, 8, 1]);
      const model = s.finish(maxPool(s, s.relu(s.conv(0, 2, 3)), 2, strides));
      const simple = simplify(model, { kind: "scores" });
      expect(opsOf(simple)).to.deep.equal(expected);
      expectSame(model, simple);
    }
  });

  it("leaves out what keeps the order, where the order is asked for", () => {
    const s = new Sketch([4]);
    const model = s.finish(
      s.builder.add({ op: "unary", name: "tanh", source: s.dense(0, 3), function: { kind: "tanh" } }),
    );
    expect(opsOf(simplify(model, { kind: "argmax" }))).to.deep.equal(["dense"]);
    expect(opsOf(simplify(model, { kind: "scores" }))).to.deep.equal(["dense", "unary"]);
    const t = new Sketch([4]);
    const rectified = t.finish(t.relu(t.dense(0, 3)));
    expect(opsOf(simplify(rectified, { kind: "argmax" })), "a ReLU makes ties").to.deep.equal(["dense", "unary"]);
  });

  it("changes no score of random chains", () => {
    for (let seed = 0; seed < deepRuns(25); seed++) {
      const random = new Random(seed);
      const s = new Sketch([9, 9, 2], seed + 100);
      let x: FloatSource = 0;
      for (let step = 0; step < 8; step++) {
        const [height] = s.builder.shapeOf(x);
        const shape = s.builder.shapeOf(x);
        const clip = { kind: "clip", lo: -random.next(), hi: random.next() } as const;
        const steps = [
          () => affine(s, x, random.pick([1, -1])),
          () => s.builder.add({ op: "unary", name: "clip", source: x, function: clip }),
          () => s.relu(x),
          () => (height! >= 4 ? maxPool(s, x, 2, random.pick([1, 2])) : x),
          () => (height! >= 4 ? s.conv(x, 3, 2) : x),
          () => s.builder.add({ op: "transpose", name: "turn", source: x, permutation: [1, 0, 2] }),
          () => s.builder.reshape("same", x, shape),
          () => s.builder.add({ op: "add", name: "twice", sources: [x, affine(s, x)] }),
        ];
        x = random.pick(steps)();
      }
      if (x === 0) continue;
      const model = s.finish(x);
      const simple = simplify(model, { kind: "scores" });
      expect(elementCount(simple.nodes.at(-1)?.shape ?? model.inputShape)).to.equal(
        elementCount(model.nodes.at(-1)!.shape),
      );
      expectSame(model, simple);
    }
  });
});
