import { expect } from "chai";
import type { IntegerModel, ModelNode } from "@verimesh/core";
import { estimateConstraints } from "../../src/quantize/estimate/estimateConstraints.ts";
import { openClamps } from "../../src/quantize/openClamps.ts";

const dense = (name: string, source: number, inputs: number, weights: number[]): ModelNode => ({
  kind: "dense",
  name,
  source,
  inputs,
  units: weights.length / inputs,
  weights: Int8Array.from(weights),
  bias: new Int32Array(weights.length / inputs),
});

const alternating = (inputs: number, units: number, size: number): number[] =>
  Array.from({ length: inputs * units }, (_, index) => (Math.floor(index / units) % 2 === 0 ? size : -size));

/** Sums within ±2 · 255 · size, rescaled to bytes, and a last layer over them. */
function model(hidden: number, units: number, size = 100): IntegerModel {
  return {
    format: "verimesh-integer-model/2",
    inputShape: [4],
    nodes: [
      dense("first", 0, 4, alternating(4, hidden, size)),
      { kind: "requantize", name: "byte", source: 1, shifts: [6], lo: 0, hi: 255 },
      dense("last", 2, hidden, alternating(hidden, units, 3)),
    ],
    output: { kind: "argmax" },
    hides: "nothing",
  };
}

describe("openClamps", () => {
  it("opens a clamp whose saturation costs more than wider sums", () => {
    const closed = model(32, 2);
    const opened = openClamps(closed, new Set(["byte"]));
    expect(opened.nodes[1]).to.include({ lo: 0, hi: 1023 });
    expect(estimateConstraints(opened).total).to.be.below(estimateConstraints(closed).total);
  });

  it("leaves a clamp that is the model's own, and one that keeps many sums small", () => {
    expect(openClamps(model(32, 2), new Set())).to.deep.equal(model(32, 2));
    expect(openClamps(model(2, 40), new Set(["byte"]))).to.deep.equal(model(2, 40));
  });

  it("leaves a clamp before a table, which has no entry beyond", () => {
    const [first, byte] = model(32, 2).nodes;
    const table = Int32Array.from({ length: 256 }, (_, x) => (x * x) % 97);
    const nodes = [first!, byte!, { kind: "lookup" as const, name: "table", source: 2, lo: 0, table }];
    const looked = { ...model(32, 2), nodes };
    expect(openClamps(looked, new Set(["byte"]))).to.deep.equal(looked);
  });
});

describe("estimateConstraints", () => {
  it("adds up input, nodes and output", () => {
    const { total, input, output, nodes } = estimateConstraints(model(5, 3));
    expect(input, "bytes, one word, binding").to.equal(4 * 8 + 1 + 1);
    expect(nodes[0], "linked rows").to.equal(5);
    expect(nodes[1], "6 bits shifted out, 8 kept, 3 for the block, 2 to clamp").to.equal(5 * (6 + 8 + 3 + 2));
    expect(nodes[2], "linked rows").to.equal(3);
    expect(total).to.equal(input + output + nodes.reduce((sum, cost) => sum + cost, 0));
  });

  it("falls with the bits of the sums", () => {
    expect(estimateConstraints(model(5, 3, 40)).nodes[1]).to.equal(5 * (6 + 8 + 2 + 2));
  });
});
