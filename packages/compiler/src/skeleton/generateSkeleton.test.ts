import { runReference, linearLayers, modelBounds, requantize } from "@verimesh/core";
import { randomInput, randomModel, tinyConvModel } from "@verimesh/core/testing";
import { expect } from "chai";
import { coarseInterval } from "./coarseInterval.ts";
import { generateSkeleton } from "./generateSkeleton.ts";

describe("coarseInterval", () => {
  it("holds the true interval, and leaves the number of bits as it is", () => {
    const bits = (value: number) => (value <= 0 ? 0 : Math.floor(Math.log2(value)) + 1);
    for (let seed = 0; seed < 300; seed++) {
      const model = randomModel(seed);
      const bounds = modelBounds(model);
      linearLayers(model).forEach((layer, k) => {
        if (layer.requantization === null) return;
        const { shifts, lo, hi } = layer.requantization;
        bounds[k]!.accumulators.forEach((interval, c) => {
          const coarse = coarseInterval(interval, shifts[c]!, lo, hi);
          expect(coarse.lo).to.be.at.most(interval.lo);
          expect(coarse.hi).to.be.at.least(interval.hi);
          const quotient = (acc: number) => requantize(acc, shifts[c]!, -Infinity, Infinity);
          if (quotient(interval.hi) <= lo || quotient(interval.lo) >= hi) return;
          expect(bits(quotient(coarse.hi) - lo)).to.equal(Math.max(bits(quotient(interval.hi) - lo)));
          expect(bits(lo - quotient(coarse.lo) - 1)).to.equal(bits(lo - quotient(interval.lo) - 1));
        });
      });
    }
  });

  it("never lets a clamp that cannot happen cost constraints", () => {
    // Reaches 200 of 255 at most: 8 bits without a clamp at 255.
    expect(coarseInterval({ lo: -4, hi: 200 }, 0, 0, 255)).to.deep.equal({ lo: -4, hi: 255 });
    expect(coarseInterval({ lo: -4, hi: 90 }, 0, 0, 100)).to.deep.equal({ lo: -4, hi: 100 });
  });
});

describe("generateSkeleton", () => {
  it("holds no weight: other weights of the same ranges give the same text", () => {
    const model = tinyConvModel();
    const [conv, ...rest] = model.layers;
    const other = {
      ...model,
      layers: [{ ...conv!, weights: Int8Array.of(4, 3, 2, 1) } as typeof conv & object, ...rest],
    };
    const input = randomInput(1, model.inputShape);
    expect(runReference(other, input).output).to.not.deep.equal(runReference(model, input).output);
    expect(generateSkeleton(other)).to.equal(generateSkeleton(model));
  });

  it("declares public inputs, outputs and private inputs in the order of the layout", () => {
    const declared = [...generateSkeleton(tinyConvModel()).matchAll(/signal (?:input|output) (\w+)/g)].map(
      ([, name]) => name,
    );
    expect(declared).to.deep.equal(["inputWords", "binding", "outputWords", "x", "acc_0", "act_0", "acc_1"]);
  });
});
