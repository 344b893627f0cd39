import { readFile, rm } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs-core";
import { runReference, type IntegerModel, type ModelNode } from "@verimesh/core";
import { caseFromJson, deepRuns, KINDS, randomInput, randomModel, tinyDenseModel } from "@verimesh/core/testing";
import { expect } from "chai";
import fc from "fast-check";
import { loadBackend, type Backend } from "./backend.ts";
import { createExecutor } from "./executor.ts";
import { disagreementOf, reportFault } from "./testing/agreement.ts";
import { rejection } from "./testing/rejection.ts";

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

  it("agrees with the reference bit for bit on WASM and CPU, on 500 random networks over all kinds", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (modelSeed, inputSeed) => {
        const model = randomModel(modelSeed);
        model.nodes.forEach((node) => featuresOf(node).forEach((feature) => seen.add(feature)));
        const found = { model, input: randomInput(inputSeed, model.inputShape) };
        const faultOf = (candidate: typeof found) => disagreementOf(candidate, [wasm, cpu]);
        if ((await faultOf(found)) !== null) await reportFault(found, faultOf);
      }),
      // A seed says nothing; the model that it gave is shrunk instead.
      { numRuns: deepRuns(500), endOnFailure: true },
    );
    expect([...seen]).to.include.members([...KINDS, ...FEATURES]);
  });

  it("keeps no tensors after runs and disposal", async () => {
    const before = tf.memory().numTensors;
    for (let seed = 0; seed < 30; seed++) {
      const model = randomModel(seed);
      const executor = await createExecutor(model, wasm);
      const held = tf.memory().numTensors;
      for (let i = 0; i < 3; i++) await executor.run(randomInput(i, model.inputShape));
      expect(tf.memory().numTensors).to.equal(held);
      await executor.dispose();
      expect(tf.memory().numTensors).to.equal(before);
    }
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

describe("reportFault", () => {
  it("writes the smallest model on which a backend that clamps one too low disagrees, and it shows the fault", async () => {
    const cpu = await loadBackend("cpu");
    const faultOf = (candidate: ReturnType<typeof caseFromJson>) =>
      disagreementOf(candidate, [cpu], ({ model, input }) => {
        const lower = (node: ModelNode) => (node.kind === "requantize" ? { ...node, hi: node.hi - 1 } : node);
        return Promise.resolve(runReference({ ...model, nodes: model.nodes.map(lower) }, input));
      });
    const found = await firstFault(faultOf);
    const error = await reportFault(found, faultOf).catch((reason: unknown) => reason as Error);
    const [, path] = /is in (.+\.json)$/.exec(error.message)!;
    const smallest = caseFromJson(await readFile(path!, "utf8"));
    await rm(path!);
    expect(await faultOf(smallest)).to.match(/^cpu: node "requantize_\d+", element 0: expected -?\d+, got -?\d+$/);
    expect(smallest.model.nodes.at(-1)!.kind).to.equal("requantize");
    expect(smallest.model.nodes).to.have.length.below(found.model.nodes.length);
    expect(smallest.input.length).to.equal(1);
  });
});

async function firstFault(faultOf: (found: ReturnType<typeof caseFromJson>) => Promise<string | null>) {
  for (let seed = 0; ; seed++) {
    const model = randomModel(seed, { maxNodes: 10 });
    const found = { model, input: randomInput(seed, model.inputShape) };
    if (model.nodes.length > 6 && (await faultOf(found)) !== null) return found;
  }
}

const FEATURES = [
  ...["padded", "grouped", "depthwise", "dilated", "strided and dilated", "gaps", "wide table"],
  ...["shifts per channel", "squared", "three branches", "rank 4", "unequal strides"],
];

/** The node's kind, and what is special about it. */
function featuresOf(node: ModelNode): string[] {
  const { kind } = node;
  const is = (feature: string, condition: boolean) => (condition ? [feature] : []);
  if (kind === "conv2d") {
    const [isStrided, isDilated] = [node.strides, node.dilations].map((steps) => Math.max(...steps) > 1);
    return [
      kind,
      ...is(
        "padded",
        Object.values(node.padding).some((zeros) => zeros > 0),
      ),
      ...is("grouped", node.groups > 1 && node.weights.length > node.filters * node.kernel[0] * node.kernel[1]),
      ...is("depthwise", node.groups > 1 && node.weights.length === node.filters * node.kernel[0] * node.kernel[1]),
      ...is("dilated", isDilated! && !isStrided),
      ...is("strided and dilated", isDilated! && isStrided!),
    ];
  }
  if (kind === "maxPool2d") return [kind, ...is("gaps", node.strides[0] > node.window[0])];
  if (kind === "sumPool2d") return [kind, ...is("unequal strides", node.strides[0] !== node.strides[1])];
  if (kind === "lookup") return [kind, ...is("wide table", node.table.length > 100)];
  if (kind === "requantize") return [kind, ...is("shifts per channel", node.shifts.length > 1)];
  if (kind === "multiply") return [kind, ...is("squared", node.sources[0] === node.sources[1])];
  if (kind === "combine") return [kind, ...is("three branches", node.sources.length > 2)];
  if (kind === "reshape") return [kind, ...is("rank 4", node.shape.length === 4)];
  return [kind];
}
