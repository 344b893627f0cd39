import * as tf from "@tensorflow/tfjs-core";
import { VerimeshError, runReference, type IntegerModel } from "@verimesh/core";
import { deepRuns, randomInput, randomModel, tinyDenseModel } from "@verimesh/core/testing";
import { expect } from "chai";
import fc from "fast-check";
import { loadBackend, type Backend } from "./backend.ts";
import { createExecutor } from "./executor.ts";
import { boundShare, selfTest, selfTestModels } from "./selfTest.ts";

async function rejection(promise: Promise<unknown>): Promise<VerimeshError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(VerimeshError);
  return error as VerimeshError;
}

describe("loadBackend", () => {
  it("refuses when none loads, and says why for each", async () => {
    // CI has neither CUDA nor the native library; where it has, there is nothing to refuse.
    const gpu = await loadBackend("node-gpu").catch((error: unknown) => error);
    if (!(gpu instanceof VerimeshError)) return expect(gpu).to.have.property("name", "node-gpu");
    expect(gpu.code).to.equal("BACKEND_UNAVAILABLE");
    expect(gpu.details).to.match(/^node-gpu: .+/);
    return undefined;
  });

  it("falls back to WASM with SIMD, and reports what it skipped", async () => {
    const backend = await loadBackend();
    if (backend.name === "node-gpu") return;
    expect(backend.name).to.equal("wasm");
    expect(backend.description).to.match(/^wasm \(SIMD\), TensorFlow.js 4/);
    expect(backend.skipped.map(({ name }) => name)).to.deep.equal(["node-gpu"]);
  });
});

describe("createExecutor", () => {
  let wasm: Backend;
  let cpu: Backend;
  before(async () => {
    wasm = await loadBackend("wasm");
    cpu = await loadBackend("cpu");
  });

  it("refuses an invalid model and an input of the wrong length", async () => {
    const invalid: IntegerModel = { ...tinyDenseModel(), inputShape: [4] };
    expect((await rejection(createExecutor(invalid, wasm))).code).to.equal("MODEL_INVALID");
    const executor = await createExecutor(tinyDenseModel(), wasm);
    expect((await rejection(executor.run(new Uint8Array(4)))).code).to.equal("INPUT_INVALID");
    await executor.dispose();
  });

  it("agrees with the reference bit for bit on WASM and CPU, on 300 random networks and inputs", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (modelSeed, inputSeed) => {
        const model = randomModel(modelSeed, { maxLayers: 4 });
        const input = randomInput(inputSeed, model.inputShape);
        const expected = runReference(model, input);
        for (const backend of [wasm, cpu]) {
          const executor = await createExecutor(model, backend);
          expect(await executor.run(input), backend.name).to.deep.equal(expected);
          await executor.dispose();
        }
      }),
      { numRuns: deepRuns(300) },
    );
  });

  it("keeps no tensors after runs and disposal", async () => {
    const before = tf.memory().numTensors;
    const model = randomModel(77, { maxLayers: 4 });
    const executor = await createExecutor(model, wasm);
    const held = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) await executor.run(randomInput(i, model.inputShape));
    expect(tf.memory().numTensors).to.equal(held);
    await executor.dispose();
    expect(tf.memory().numTensors).to.equal(before);
  });

  it("keeps runs of different backends apart while they overlap", async () => {
    const model = randomModel(5);
    const executors = await Promise.all([wasm, cpu, wasm, cpu].map((backend) => createExecutor(model, backend)));
    const inputs = Array.from({ length: 12 }, (_, i) => randomInput(i, model.inputShape));
    const runs = inputs.flatMap((input) =>
      executors.map(async (executor) => [input, await executor.run(input)] as const),
    );
    for (const [input, trace] of await Promise.all(runs)) expect(trace).to.deep.equal(runReference(model, input));
    await Promise.all(executors.map((executor) => executor.dispose()));
  });
});

describe("selfTest", () => {
  it("refuses a backend that loses the lowest bit of one accumulator, and names it", async () => {
    const backend = await loadBackend("cpu");
    const error = await rejection(
      selfTest(backend, (model, input) => {
        const trace = runReference(model, input);
        trace.accumulators[0]![3]! += 1;
        return Promise.resolve(trace);
      }),
    );
    expect(error.code).to.equal("BACKEND_DISAGREES");
    expect(error.details).to.match(/^Layer "dense 518 to 32", accumulator 3: expected -?\d+, got -?\d+/);
  });

  it("refuses a backend that keeps three digits of a sum", async () => {
    const backend = await loadBackend("cpu");
    const rounded = (value: number) => Number(value.toPrecision(3));
    const error = await rejection(
      selfTest(backend, (model, input) => {
        const trace = runReference(model, input);
        return Promise.resolve({ ...trace, accumulators: trace.accumulators.map((acc) => acc.map(rounded)) });
      }),
    );
    expect(error.code).to.equal("BACKEND_DISAGREES");
  });

  it("uses layers whose partial sums come within 5 % of 2^24", () => {
    const shares = selfTestModels().map(boundShare);
    expect(shares.filter((share) => share > 0.95 && share < 1)).to.have.length.at.least(3);
  });

  it("passes on WASM and on CPU", async () => {
    for (const name of ["wasm", "cpu"] as const)
      expect(await selfTest(await loadBackend(name))).to.be.greaterThan(5000);
  });
});
