import { elementCount, Random, type InputEncoding, type ModelNode } from "@verimesh/core";
import { deepRuns } from "@verimesh/core/testing";
import { expect } from "chai";
import { encodeSample } from "../../src/accuracy.ts";
import { scoreRunner } from "../../src/quantize/runNodeFast.ts";
import { runTrees } from "../../src/float/runTrees.ts";
import type { DecisionTree, FloatTrees, TreeLeaf, TreeSplit } from "../../src/float/types.ts";
import { expectError } from "../read/expectError.ts";
import { encodingOf, quantized, samplesFor, Sketch, useCpu } from "./floatModels.ts";

/** A tree of random splits, no deeper than `depth`, unbalanced. */
function randomTree(
  random: Random,
  features: number,
  depth: number,
  leaf: () => TreeLeaf["contributions"],
): DecisionTree {
  const nodes: (TreeSplit | TreeLeaf)[] = [];
  const add = (left: number): number => {
    const index = nodes.length;
    if (left === 0 || random.chance(0.15)) {
      nodes.push({ kind: "leaf", contributions: leaf() });
      return index;
    }
    nodes.push({ kind: "leaf", contributions: [] });
    const feature = random.integer(0, features - 1);
    // Some thresholds lie on a byte, some between, some outside of what the input can be.
    const threshold = random.chance(0.5) ? Math.fround(random.integer(-3, 260) / 10) : random.next() * 27 - 0.5;
    const split = { kind: "split" as const, feature, threshold, left: add(left - 1), right: add(left - 1) };
    nodes[index] = split;
    return index;
  };
  add(depth);
  return { nodes };
}

function treesOf(seed: number, { features = 6, outputs = 1, count = 8, depth = 4, wide = false } = {}) {
  const random = new Random(seed);
  const sketch = new Sketch([features], seed);
  const trees = Array.from({ length: count }, (_, k) =>
    randomTree(random, features, depth, () =>
      wide
        ? Array.from({ length: outputs }, (_, output) => ({ output, value: random.next() - 0.5 }))
        : [{ output: k % outputs, value: random.next() - 0.5 }],
    ),
  );
  const base = Float64Array.from({ length: outputs }, () => random.next());
  const source = sketch.builder.add({ op: "trees", name: "forest", source: 0, outputs, base, trees });
  return sketch.finish(source);
}

const encoding: InputEncoding = encodingOf([6], 0, 0.1);
const products = (nodes: readonly ModelNode[]) => nodes.filter(({ kind }) => kind === "multiply");

describe("trees", () => {
  before(useCpu);

  it("refuses a split by a feature that is not there", () => {
    const sketch = new Sketch([2]);
    const nodes: DecisionTree["nodes"] = [
      { kind: "split", feature: 7, threshold: 1, left: 1, right: 2 },
      { kind: "leaf", contributions: [{ output: 0, value: 1 }] },
      { kind: "leaf", contributions: [{ output: 0, value: 2 }] },
    ];
    const model = {
      ...sketch.finish(sketch.dense(0, 1)),
      nodes: [
        {
          op: "trees",
          name: "forest",
          shape: [1],
          source: 0,
          outputs: 1,
          base: Float64Array.of(0),
          trees: [{ nodes }],
        },
      ],
    } as const;
    expectError(() => quantized(model, { samples: [Float32Array.of(0, 0)] }), "QUANTIZATION_IMPOSSIBLE", /feature 7/);
  });

  for (const options of [
    {},
    { outputs: 3, count: 9 },
    { outputs: 3, wide: true },
    { depth: 1 },
    { depth: 7, count: 3 },
  ]) {
    it(`gives every score to 2^-17 of the largest: ${JSON.stringify(options)}`, () => {
      for (let seed = 1; seed <= deepRuns(3); seed++) {
        const model = treesOf(seed, options);
        const { model: integer, outputScale } = quantized(model, { encoding });
        const trees = model.nodes[0] as FloatTrees;
        for (const sample of samplesFor(encoding, 40, seed)) {
          const expected = runTrees(trees, sample, 1);
          const scores = scoreRunner(integer)(encodeSample(sample, encoding));
          expected.forEach((score, o) => expect(scores[o]! * outputScale).to.be.closeTo(score, 2 ** -14));
        }
      }
    });
  }

  it("takes the side that the trees take for every byte, at every threshold", () => {
    const random = new Random(9);
    for (let run = 0; run < 40; run++) {
      const [scale, offset] = [Math.fround(random.next() * 3 + 0.01), Math.fround(random.next() * 20 - 10)];
      const at = random.integer(-1, 256);
      const on = Math.fround(offset + at * scale);
      const threshold = random.pick([on, on + 1e-9, on - 1e-9, offset + (at + 0.5) * scale]);
      const nodes: DecisionTree["nodes"] = [
        { kind: "split", feature: 0, threshold, left: 1, right: 2 },
        { kind: "leaf", contributions: [{ output: 0, value: -1 }] },
        { kind: "leaf", contributions: [{ output: 0, value: 1 }] },
      ];
      const sketch = new Sketch([1]);
      const trees = {
        op: "trees",
        name: "stump",
        source: 0,
        outputs: 1,
        base: Float64Array.of(0),
        trees: [{ nodes }],
      } as const;
      const float = sketch.finish(sketch.builder.add(trees));
      const { model } = quantized(float, { encoding: encodingOf([1], offset, scale) });
      const run = scoreRunner(model);
      for (let byte = 0; byte < 256; byte++) {
        const real = Math.fround(offset + byte * scale);
        expect(Math.sign(run(Uint8Array.of(byte))[0]!)).to.equal(real < threshold ? -1 : 1);
      }
    }
  });

  it("costs a product for each split above the lowest, and none for what is shared or cannot be reached", () => {
    const leaf = (value: number): TreeLeaf => ({ kind: "leaf", contributions: [{ output: 0, value }] });
    const split = (feature: number, threshold: number, left: number, right: number): TreeSplit => ({
      kind: "split",
      feature,
      threshold,
      left,
      right,
    });
    const forest = (trees: DecisionTree[]) => {
      const sketch = new Sketch([6]);
      const base = Float64Array.of(0);
      const source = sketch.builder.add({ op: "trees", name: "forest", source: 0, outputs: 1, base, trees });
      const { model } = quantized(sketch.finish(source), { encoding });
      const bits = model.nodes.find(({ kind }) => kind === "atLeast");
      return {
        products: products(model.nodes).reduce((sum, node) => sum + elementCount(shapeOf(model.nodes, node)), 0),
        bits: bits?.kind === "atLeast" ? bits.thresholds.length : 0,
      };
    };
    const full: DecisionTree = {
      nodes: [split(0, 5, 1, 2), split(1, 5, 3, 4), split(2, 5, 5, 6), leaf(1), leaf(2), leaf(3), leaf(4)],
    };
    expect(forest([full])).to.deep.equal({ products: 1, bits: 3 });
    expect(forest([full, full]), "twice the same").to.deep.equal({ products: 1, bits: 3 });
    const equal: DecisionTree = { nodes: [split(0, 5, 1, 2), split(1, 5, 3, 4), leaf(1), leaf(1), leaf(1)] };
    expect(forest([equal]), "constant").to.deep.equal({ products: 0, bits: 0 });
    const nested: DecisionTree = { nodes: [split(0, 5, 1, 2), split(0, 9, 3, 4), leaf(1), leaf(2), leaf(3)] };
    expect(forest([nested]), "x < 5 and x ≥ 9").to.deep.equal({ products: 0, bits: 1 });
    const same: DecisionTree = { nodes: [split(0, 5.01, 1, 2), leaf(1), split(0, 5.09, 3, 4), leaf(1.5), leaf(3)] };
    expect(forest([same]), "two thresholds between two bytes").to.deep.equal({ products: 0, bits: 1 });
  });
});

/** Choices of one height are one node: its gathers say how many there are. */
function shapeOf(nodes: readonly ModelNode[], node: ModelNode): readonly number[] {
  const source = "sources" in node ? node.sources[0] : node.source;
  const gather = nodes[source - 1]!;
  return gather.kind === "gather" ? gather.shape : [];
}
