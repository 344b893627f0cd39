import { Random } from "@verimesh/core";
import { expect } from "chai";
import type { FloatSource } from "../../src/float/types.ts";
import { encodingOf, normals, quantized, samplesFor, Sketch, useCpu } from "./floatModels.ts";
import { outsideBounds } from "./outsideBounds.ts";

const shape = [5, 8];

/** A residual block as in an encoder: the branch is kept, and a dense layer's sums are added to it. */
function residual(s: Sketch, order: (branch: FloatSource, step: FloatSource) => [FloatSource, FloatSource]) {
  const branch = s.relu(s.dense(0, 8, "branch"));
  const hidden = s.relu(s.dense(branch, 16, "hidden"));
  const weights = normals(s.random, 16 * 8, 0.25);
  const bias = normals(s.random, 8, 0.1);
  const step = s.builder.add({ op: "dense", name: "back", source: hidden, inputs: 16, units: 8, weights, bias });
  return { branch, step, sum: s.builder.add({ op: "add", name: "sum", sources: order(branch, step) }) };
}

const rescalings = (model: ReturnType<typeof quantized>["model"]) =>
  model.nodes.filter(({ kind }) => kind === "requantize").map(({ name }) => name);

describe("a branch beside a step's sums", () => {
  before(useCpu);

  it("is rescaled apart where something else reads the step", () => {
    const s = new Sketch(shape);
    const { step, sum } = residual(s, (a, b) => [a, b]);
    const gate = s.builder.add({ op: "multiply", name: "gate", sources: [step, sum] });
    const { model, error } = quantized(s.finish(s.dense(gate, 3, "scores")));
    expect(rescalings(model)).to.include("back rescaled");
    expect(error).to.be.below(0.03);
  });

  it("is rescaled apart where weights of few bits would make its own multiplier coarse", () => {
    const s = new Sketch(shape);
    const { sum } = residual(s, (a, b) => [a, b]);
    const steps = { back: { weightBits: 2 } };
    const { model } = quantized(s.finish(s.dense(sum, 3, "scores")), { plan: { steps } });
    expect(rescalings(model)).to.include("back rescaled");
  });

  for (const [place, order] of [
    ["before", (a: FloatSource, b: FloatSource): [FloatSource, FloatSource] => [a, b]],
    ["after", (a: FloatSource, b: FloatSource): [FloatSource, FloatSource] => [b, a]],
  ] as const) {
    it(`is rescaled with it, ${place} it in the addition, once`, () => {
      const s = new Sketch(shape);
      const { sum } = residual(s, order);
      const { model, error } = quantized(s.finish(s.dense(sum, 3, "scores")));
      expect(rescalings(model)).to.have.length(3);
      expect(rescalings(model)).not.to.include("back rescaled");
      expect(error).to.be.below(0.02);
    });
  }

  it("never leaves the proved bounds, at the ends of the input and at corners", () => {
    const s = new Sketch(shape);
    const { sum } = residual(s, (a, b) => [a, b]);
    const { model } = quantized(s.finish(s.dense(sum, 3, "scores")));
    expect(rescalings(model)).not.to.include("back rescaled");
    const random = new Random(5);
    const corners = Array.from({ length: 50 }, () => Uint8Array.from({ length: 40 }, () => 255 * random.integer(0, 1)));
    for (const input of [new Uint8Array(40), new Uint8Array(40).fill(255), ...corners]) {
      expect(outsideBounds(model, input)).to.deep.equal([]);
    }
  });

  it("leaves out a channel that calibration data never wake", () => {
    const s = new Sketch(shape);
    const { sum } = residual(s, (a, b) => [a, b]);
    const dead = s.builder.add({
      ...{ op: "affine", name: "sunk", source: sum, scale: Float32Array.of(1) },
      offset: Float32Array.from({ length: 8 }, (_, o) => (o === 3 ? -1000 : 0)),
    });
    const samples = samplesFor(encodingOf(shape), 240);
    const { error } = quantized(s.finish(s.dense(s.relu(dead), 3, "scores")), { samples });
    expect(error).to.be.below(0.03);
  });
});
