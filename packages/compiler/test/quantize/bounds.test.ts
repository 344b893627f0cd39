import {
  FLOAT32_EXACT_LIMIT,
  Random,
  elementCount,
  modelBounds,
  nodeShapes,
  runNode,
  runReference,
  sourcesOf,
  type IntegerModel,
  type ModelNode,
} from "@verimesh/core";
import { deepRuns, randomInput, randomModel } from "@verimesh/core/testing";
import { expect } from "chai";
import { runNodeFast } from "../../src/quantize/runNodeFast.ts";
import type { FloatModel } from "../../src/float/types.ts";
import { quantized, Sketch, useCpu } from "./floatModels.ts";
import { outsideBounds } from "./outsideBounds.ts";

/** Weights far larger and biases far further out than training gives. */
function extremeModels(seed: number): FloatModel[] {
  const stretched = (model: FloatModel, random: Random): FloatModel => ({
    ...model,
    nodes: model.nodes.map((node) => {
      if (node.op !== "dense" && node.op !== "conv2d") return node;
      const gain = 10 ** random.integer(-3, 4);
      const weights = node.weights.map((weight) => weight * gain * (random.chance(0.1) ? 30 : 1));
      return { ...node, weights, bias: node.bias.map((bias) => bias * gain * 10 ** random.integer(0, 2)) };
    }),
  });
  const dense = new Sketch([30], seed);
  const image = new Sketch([8, 8, 2], seed);
  const sum = new Sketch([10], seed);
  const branches = [sum.relu(sum.dense(0, 12)), sum.dense(0, 12)] as const;
  const hidden = dense.relu(dense.dense(dense.relu(dense.dense(0, 40)), 20));
  const maps = image.relu(image.conv(image.relu(image.conv(0, 4, 3, { pad: 1 })), 6, 3));
  const models = [
    dense.finish(dense.dense(hidden, 3)),
    image.finish(image.dense(image.flatten(maps), 3)),
    sum.finish(sum.dense(sum.relu(sum.builder.add({ op: "add", name: "sum", sources: branches })), 2)),
  ];
  return models.map((model) => stretched(model, new Random(seed)));
}

/** Inputs that push each sum of the first layer as far up and down as it goes, and corners at random. */
function adversarialInputs(model: IntegerModel, random: Random): Uint8Array[] {
  const size = elementCount(model.inputShape);
  const first = model.nodes[0]!;
  const inputs = [new Uint8Array(size), new Uint8Array(size).fill(255)];
  for (let k = 0; k < 6; k++) inputs.push(Uint8Array.from({ length: size }, () => (random.chance(0.5) ? 255 : 0)));
  if (first.kind === "dense") {
    for (let o = 0; o < first.units; o++) {
      const signs = Array.from({ length: size }, (_, i) => first.weights[i * first.units + o]! > 0);
      inputs.push(Uint8Array.from(signs, (isUp) => (isUp ? 255 : 0)));
      inputs.push(Uint8Array.from(signs, (isUp) => (isUp ? 0 : 255)));
    }
  }
  return inputs;
}

/** The largest magnitude that adding positive terms first, or negative ones, comes by. */
function worstPartialSum(node: ModelNode, x: Int32Array): number {
  if (node.kind !== "dense") return 0;
  let worst = 0;
  for (let o = 0; o < node.units; o++) {
    let [up, down] = [Math.max(0, node.bias[o]!), Math.min(0, node.bias[o]!)];
    for (let i = 0; i < node.inputs; i++) {
      const term = node.weights[i * node.units + o]! * x[i]!;
      if (term > 0) up += term;
      else down += term;
    }
    worst = Math.max(worst, up, -down);
  }
  return worst;
}

describe("bounds of quantized models", () => {
  before(useCpu);

  it("hold for inputs that push every sum to its end, whatever the weights", () => {
    for (let seed = 1; seed <= deepRuns(2); seed++) {
      for (const float of extremeModels(seed)) {
        const { model } = quantized(float);
        const bounds = modelBounds(model);
        expect(Math.max(...bounds.executionBounds)).to.be.below(FLOAT32_EXACT_LIMIT);
        for (const input of adversarialInputs(model, new Random(seed))) {
          expect(outsideBounds(model, input)).to.deep.equal([]);
          const { values } = runReference({ ...model, output: { kind: "scores" } }, input);
          model.nodes.forEach((node) => {
            const source = sourcesOf(node)[0]!;
            const x = source === 0 ? Int32Array.from(input) : values[source - 1];
            if (x) expect(worstPartialSum(node, x)).to.be.below(FLOAT32_EXACT_LIMIT);
          });
        }
      }
    }
  });

  it("are reached: the largest sum of a first layer is the proven one", () => {
    const s = new Sketch([30], 3);
    const { model } = quantized(s.finish(s.dense(s.relu(s.dense(0, 8)), 2)));
    const first = model.nodes[0]!;
    if (first.kind !== "dense") throw new Error("expected a dense layer");
    const { hi } = modelBounds(model).values[1]!;
    const input = Uint8Array.from({ length: 30 }, (_, i) => (first.weights[i * 8 + 5]! > 0 ? 255 : 0));
    expect(runReference({ ...model, output: { kind: "scores" } }, input).values[0]![5]).to.equal(hi[5]);
  });
});

describe("runNodeFast", () => {
  it("gives what the reference gives, node by node, on random models", () => {
    for (let seed = 0; seed < deepRuns(80); seed++) {
      const model = randomModel(seed);
      const shapes = nodeShapes(model);
      const values: Int32Array[] = [Int32Array.from(randomInput(seed, model.inputShape))];
      for (const node of model.nodes) {
        const sources = sourcesOf(node);
        const given = [sources.map((source) => shapes[source]!), sources.map((source) => values[source]!)] as const;
        const expected = runNode(node, ...given);
        expect(runNodeFast(node, ...given), node.kind).to.deep.equal(expected);
        values.push(expected);
      }
    }
  });
});
