import { runReference, type IntegerModel, type ModelNode, type Trace } from "@verimesh/core";
import { KINDS } from "@verimesh/core/testing";
import { expect } from "chai";
import { loadBackend } from "./backend.ts";
import { boundShare, selfTest } from "./selfTest.ts";
import { hardModels } from "./selfTest/hardModels.ts";
import { rejection } from "./testing/rejection.ts";

/** A backend that runs the reference and then changes what one kind of node gives. */
async function refusalOf(kind: ModelNode["kind"], broken: (value: number) => number) {
  const run = (model: IntegerModel, input: Uint8Array): Promise<Trace> => {
    const trace = runReference(model, input);
    const values = trace.values.map((list, k) => (model.nodes[k]!.kind === kind ? list!.map(broken) : list));
    return Promise.resolve({ ...trace, values });
  };
  return rejection(selfTest(await loadBackend("cpu"), run));
}

describe("selfTest", () => {
  it("refuses a backend that loses the lowest bit of one value, and names it", async () => {
    const backend = await loadBackend("cpu");
    const error = await rejection(
      selfTest(backend, (model, input) => {
        const trace = runReference(model, input);
        trace.values[0]![3]! += 1;
        return Promise.resolve(trace);
      }),
    );
    expect(error.code).to.equal("BACKEND_DISAGREES");
    expect(error.details).to.match(/^Node "dense 518 to 32", element 3: expected -?\d+, got -?\d+/);
  });

  it("refuses a backend whose answer is not that of its trace", async () => {
    const backend = await loadBackend("cpu");
    const error = await rejection(
      selfTest(backend, (model, input) => {
        const trace = runReference(model, input);
        return Promise.resolve({ ...trace, output: trace.output.map((value) => -value) });
      }),
    );
    expect(error.details).to.match(/^The answer, element 0/);
  });

  for (const kind of [
    "dense",
    "conv2d",
    "sumPool2d",
    "combine",
    "multiply",
    "matMul",
    "lookup",
    "maxPool2d",
  ] as const) {
    it(`refuses a backend that rounds the results of ${kind} to 22 bits`, async () => {
      const error = await refusalOf(kind, (value) => (Math.abs(value) < 2 ** 22 ? value : Math.round(value / 4) * 4));
      expect(error.code).to.equal("BACKEND_DISAGREES");
    });
  }

  for (const kind of ["requantize", "atLeast", "oneHot"] as const) {
    it(`refuses a backend that gives 1 for 0 after ${kind}`, async () => {
      expect((await refusalOf(kind, (value) => value || 1)).code).to.equal("BACKEND_DISAGREES");
    });
  }

  it("uses every kind of node, and those that calculate within 5 % of 2^24", () => {
    const models = hardModels();
    const kindsOf = ({ nodes }: IntegerModel) => nodes.map(({ kind }) => kind);
    expect([...new Set(models.flatMap(kindsOf))]).to.have.members(KINDS);
    expect(models.every((model) => boundShare(model) < 1)).to.equal(true);
    const hard = models.filter((model) => boundShare(model) > 0.95).flatMap(kindsOf);
    expect(hard).to.include.members([
      "dense",
      "conv2d",
      "sumPool2d",
      "combine",
      "requantize",
      "maxPool2d",
      "multiply",
      "matMul",
    ]);
  });

  it("passes on WASM and on CPU", async () => {
    for (const name of ["wasm", "cpu"] as const)
      expect(await selfTest(await loadBackend(name))).to.be.greaterThan(20_000);
  });
});
