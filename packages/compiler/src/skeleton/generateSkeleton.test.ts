import { channelsOf, isNonLinear, modelBounds, nodeShapes, requantize, runReference } from "@verimesh/core";
import { randomInput, randomModel, tinyConvModel } from "@verimesh/core/testing";
import { expect } from "chai";
import { cheapestSplit } from "./cheapestSplit.ts";
import { coarseInterval, enforcedBits } from "./coarseInterval.ts";
import { generateSkeleton } from "./generateSkeleton.ts";
import { lookupPolynomial, productsOf } from "./lookupPolynomial.ts";

describe("coarseInterval", () => {
  it("holds the true interval, costs no more bits, and is its own coarse interval", () => {
    for (let seed = 0; seed < 60; seed++) {
      const model = randomModel(seed);
      const bounds = modelBounds(model).values;
      const shapes = nodeShapes(model);
      for (const [k, node] of model.nodes.entries()) {
        if (!isNonLinear(node) || node.kind !== "requantize") continue;
        const { lo: lows, hi: highs } = bounds[node.source]!;
        const channels = channelsOf(shapes[k + 1]!);
        lows.forEach((low, i) => {
          const interval = { lo: low, hi: highs[i]! };
          const shift = node.shifts[(i % channels) % node.shifts.length]!;
          const coarse = coarseInterval(interval, shift, node.lo, node.hi);
          expect(coarse.lo).to.be.at.most(interval.lo);
          expect(coarse.hi).to.be.at.least(interval.hi);
          const bits = enforcedBits(interval, shift, node.lo, node.hi);
          expect(enforcedBits(coarse, shift, node.lo, node.hi)).to.equal(bits);
          expect(coarseInterval(coarse, shift, node.lo, node.hi)).to.deep.equal(coarse);
          // What is decomposed holds all of the interval.
          if (bits !== null) expect(2 ** bits).to.be.at.least(coarse.hi - coarse.lo + 1);
        });
      }
    }
  });

  it("never lets a clamp that cannot happen cost constraints", () => {
    // Reaches 200 of 255 at most: 8 bits without a clamp at 255.
    expect(coarseInterval({ lo: -4, hi: 200 }, 0, 0, 255)).to.deep.equal({ lo: -256, hi: 255 });
    expect(coarseInterval({ lo: -4, hi: 90 }, 0, 0, 100)).to.deep.equal({ lo: -128, hi: 100 });
    expect(enforcedBits({ lo: 0, hi: 1023 }, 2, 0, 255)).to.equal(11);
    expect(enforcedBits({ lo: 0, hi: 1021 }, 2, 0, 255)).to.equal(10);
    expect(requantize(1021, 2, 0, 255)).to.equal(255);
  });
});

describe("lookupPolynomial", () => {
  it("takes 26 products for any 256 entries, 1 for a line or a square, none for a constant", () => {
    const products = (table: readonly number[]) => {
      const polynomial = lookupPolynomial(-3, table);
      return typeof polynomial === "number" ? 0 : productsOf(polynomial);
    };
    const range = Array.from({ length: 256 }, (_, i) => i);
    expect(products(range.map((x) => (x * 7919) % 257))).to.equal(26);
    expect(products(range)).to.equal(1);
    expect(products(range.map((x) => x * x))).to.equal(1);
    expect(products(range.map(() => 5))).to.equal(0);
  });
});

describe("cheapestSplit", () => {
  it("shares what thresholds have in common", () => {
    const all = Array.from({ length: 255 }, (_, i) => i + 1);
    expect(cheapestSplit(8, all).constraints).to.equal(255 + 22);
    expect(cheapestSplit(8, [128]).constraints).to.equal(1);
    expect(cheapestSplit(8, [64, 128, 192]).constraints).to.be.at.most(4);
    expect(cheapestSplit(8, [101]).constraints).to.be.at.most(7);
  });
});

describe("generateSkeleton", () => {
  it("holds no weight: other weights of the same ranges give the same text", () => {
    const model = tinyConvModel();
    const [conv, ...rest] = model.nodes;
    if (conv?.kind !== "conv2d") throw new Error("not a convolution");
    const other = { ...model, nodes: [{ ...conv, weights: conv.weights.toReversed() }, ...rest] };
    const input = randomInput(1, model.inputShape);
    expect(runReference(other, input).output).to.not.deep.equal(runReference(model, input).output);
    expect(generateSkeleton(other)).to.equal(generateSkeleton(model));
  });

  it("declares public inputs, outputs and private inputs in the order of the layout", () => {
    const model = { ...tinyConvModel(), hides: "input" as const };
    const declared = [...generateSkeleton(model).matchAll(/signal (?:input|output) (\w+)/g)].map(([, name]) => name);
    expect(declared.slice(0, 6)).to.deep.equal(["inputWords", "binding", "outputWords", "x", "salt", "v_1"]);
  });
});
