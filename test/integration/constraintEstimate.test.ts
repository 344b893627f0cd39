import { generateSkeleton, estimateConstraints } from "@verimesh/compiler";
import { circuitLayout, type IntegerModel, type ModelNode } from "@verimesh/core";
import { deepRuns, randomModel } from "@verimesh/core/testing";
import { compileCached, linkModel, readR1cs } from "@verimesh/prover";
import { expect } from "chai";

async function compiledConstraints(model: IntegerModel): Promise<number> {
  const circuit = await compileCached(generateSkeleton(model), { layout: circuitLayout(model) });
  return readR1cs(linkModel(circuit.r1cs, model)).constraints;
}

const PADDING = { top: 0, bottom: 0, left: 0, right: 0 };

/** A convolution, pooling, rescaling with and without saturation, a table and a last layer. */
function smallModel(hides: IntegerModel["hides"], output: IntegerModel["output"]): IntegerModel {
  const weights = (count: number) => Int8Array.from({ length: count }, (_, i) => ((i * 37) % 101) - 50);
  const nodes: ModelNode[] = [
    {
      kind: "conv2d",
      name: "conv",
      source: 0,
      filters: 3,
      kernel: [2, 2],
      strides: [1, 1],
      dilations: [1, 1],
      padding: PADDING,
      groups: 1,
      weights: weights(12),
      bias: Int32Array.of(500, -300, 20),
    },
    { kind: "maxPool2d", name: "pool", source: 1, window: [2, 2], strides: [2, 2] },
    { kind: "requantize", name: "bytes", source: 2, shifts: [6, 4, 5], lo: 0, hi: 255 },
    {
      kind: "lookup",
      name: "table",
      source: 3,
      lo: 0,
      table: Int32Array.from({ length: 256 }, (_, x) => (x * x) % 251),
    },
    { kind: "reshape", name: "flat", source: 4, shape: [12] },
    { kind: "dense", name: "last", source: 5, inputs: 12, units: 4, weights: weights(48), bias: new Int32Array(4) },
  ];
  return { format: "verimesh-integer-model/2", inputShape: [5, 5, 1], nodes, output, hides };
}

/** Products of matrices and of elements with one factor, which rescalings confine, so that they share constraints. */
function productModel(): IntegerModel {
  const weights = Int8Array.from({ length: 9 }, (_, i) => ((i * 37) % 101) - 50);
  const nodes: ModelNode[] = [
    { kind: "dense", name: "first", source: 0, inputs: 3, units: 3, weights, bias: new Int32Array(3) },
    { kind: "requantize", name: "bytes", source: 1, shifts: [8], lo: -128, hi: 127 },
    { kind: "matMul", name: "product", sources: [2, 0] },
    { kind: "requantize", name: "shares", source: 3, shifts: [9], lo: -128, hi: 127 },
    { kind: "slice", name: "column", source: 2, begin: [0, 0], size: [3, 1], strides: [1, 1] },
    { kind: "broadcast", name: "factors", source: 5, shape: [3, 3] },
    { kind: "multiply", name: "scaled", sources: [4, 6] },
    { kind: "multiply", name: "squares", sources: [2, 2] },
    {
      kind: "combine",
      name: "sum",
      sources: [7, 8],
      multipliers: [Int32Array.of(1), Int32Array.of(2)],
      bias: Int32Array.of(0),
    },
    { kind: "requantize", name: "small", source: 7, shifts: [6], lo: -128, hi: 127 },
    {
      kind: "combine",
      name: "last",
      sources: [9, 10],
      multipliers: [Int32Array.of(1), Int32Array.of(5)],
      bias: Int32Array.of(3),
    },
  ];
  return { ...smallModel("nothing", { kind: "scores" }), inputShape: [3, 3], nodes };
}

describe("the estimate of constraints", () => {
  it("is what the linked circuit has, where products share constraints", async () => {
    const { total } = estimateConstraints(productModel());
    expect(total).to.equal(await compiledConstraints(productModel()));
  });

  for (const [hides, output] of [
    ["nothing", { kind: "argmax" }],
    ["inputAndOutput", { kind: "topK", k: 2 }],
  ] as const) {
    it(`is what the linked circuit has, where ${hides} is hidden and the answer is ${output.kind}`, async () => {
      const model = smallModel(hides, output);
      expect(estimateConstraints(model).total).to.equal(await compiledConstraints(model));
    });
  }

  it("is no less, and hardly more, for models with constants among their values", async () => {
    for (let seed = 9; seed < 9 + deepRuns(1); seed++) {
      const model = randomModel(seed, { maxNodes: 5, maxElements: 36, maxTableLength: 24 });
      const compiled = await compiledConstraints(model);
      expect(estimateConstraints(model).total).to.be.within(compiled, 1.05 * compiled + 3);
    }
  });
});
