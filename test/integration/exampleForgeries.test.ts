import { isDeepStrictEqual } from "node:util";
import { compileModel } from "@verimesh/compiler";
import { encodeInput, type IntegerModel, type ModelNode, runReference, type Trace } from "@verimesh/core";
import { exampleManifest, randomInput } from "@verimesh/core/testing";
import * as triage from "@verimesh/example-private-triage/model";
import { compileCached } from "@verimesh/prover";
import { expect } from "chai";
import { CircuitUnderTest } from "../../packages/prover/test/helpers/CircuitUnderTest.ts";
import { falseTrace } from "../../packages/prover/test/helpers/forging/falseTrace.ts";
import { DIRECTIONS } from "../../packages/prover/test/helpers/forging/Forgery.ts";
import { forgedWires, isFreeByDesign } from "../../packages/prover/test/helpers/forging/freeByDesign.ts";
import { benchModels, type ExampleModel, exampleModels } from "../../scripts/models/exampleModels.ts";
import { prepareModel } from "../../scripts/models/prepareModel.ts";

/** A model as `examples/` trains it, and what it is asked. */
interface Example {
  readonly model: IntegerModel;
  /** A held-out sample. */
  readonly sample: Uint8Array;
}

const isDeep = process.env["VERIMESH_DEEP"] === "1";
/** Wires from which a forger who repairs starts, spread over the whole circuit. */
const FORGERIES = isDeep ? 400 : 60;
/** Repairs there run through a whole hash, which `packages/prover` forges apart. */
const isHashing = (name: string) => /Poseidon|chain\.|[cC]ommitment/.test(name);
const binding = 2n ** 247n + 99n;

/**
 * Those that `npm start` registers, which other tests have trained, the trees, and the one that hides what it is asked and
 * answers; in deep runs all that are measured, which takes minutes of training.
 */
const measured = benchModels.filter(({ name }) => isDeep || name === "credit-trees");
const examples: Readonly<Record<string, () => Promise<Example>>> = {
  ...Object.fromEntries(
    [...Object.values<ExampleModel>(exampleModels), ...measured.filter(({ name }) => name !== "credit-dense")].map(
      (example) => [example.name, () => prepared(example)] as const,
    ),
  ),
  "triage-private": privateTriage,
};

for (const [name, prepare] of Object.entries(examples)) {
  describe(`the linked circuit of the example ${name}`, function () {
    this.timeout(isDeep ? 3_600_000 : 300_000);
    let circuit: CircuitUnderTest;
    let model: IntegerModel;
    let inputs: readonly Uint8Array[];
    const witnessOfTrace = (trace: Trace) =>
      circuit.witnessOf(model, trace, binding, model.hides === "nothing" ? undefined : 2n ** 250n + 7n);
    const witnessOf = (input: Uint8Array) => witnessOfTrace(runReference(model, input));

    before(async () => {
      const example = await prepare();
      model = example.model;
      inputs = [example.sample, randomInput(1, model.inputShape)];
      circuit = await CircuitUnderTest.ofModel(model, undefined, compileCached);
    });

    it("pins every wire: of all other values none can stand alone", async () => {
      for (const input of inputs) {
        const witness = (await witnessOf(input))!;
        const free = circuit.freeWires(witness).filter((wire) => !isFreeByDesign(circuit, witness, wire));
        expect(free.map(({ wire }) => circuit.nameOf(wire))).to.deep.equal([]);
      }
    });

    it("gives a forger no other values, even if he repairs all that a change breaks", async () => {
      const witness = (await witnessOf(inputs[0]!))!;
      const wires = witness.map((_, wire) => wire).slice(1);
      const claims = wires.filter((wire) => !circuit.isInput(wire) && !isHashing(circuit.nameOf(wire)));
      const step = Math.max(1, Math.floor(claims.length / FORGERIES));
      // The last first: the answer and what it is made of.
      for (let at = claims.length - 1; at >= 0; at -= step) {
        const wire = claims[at]!;
        for (const direction of DIRECTIONS) {
          for (const value of [witness[wire]! + 1n, 1n - witness[wire]!]) {
            const forged = circuit.forge(witness, wire, value, direction);
            expect(forgedWires(circuit, witness, forged), circuit.nameOf(wire)).to.deep.equal([]);
          }
        }
      }
    });

    it("accepts no run in which one value is another and all that follow from it are recomputed", async () => {
      const [input] = inputs as [Uint8Array];
      for (const [source, values] of runReference(model, input).values.entries()) {
        if (values === null) continue;
        const index = Math.floor(values.length / 2);
        const trace = falseTrace(model, input, source + 1, index, values[index]! > 0 ? -1 : 1);
        const witness = trace && (await witnessOfTrace(trace));
        expect(witness ?? null, `v_${source + 1}[${index}]`).to.equal(null);
      }
    });

    it("accepts no run of a model with one other weight or one other bias", async () => {
      const [input] = inputs as [Uint8Array];
      const traces = otherModels(model).map((other) => runReference(other, input));
      const honest = runReference(model, input).values;
      const others = traces.filter(({ values }) => !isDeepStrictEqual(values, honest));
      expect(others.length).to.be.greaterThan(0);
      for (const other of others) expect(await witnessOfTrace(other)).to.equal(null);
    });

    it("accepts the reference's run, of a sample and of any bytes", async () => {
      const extremes = [0, 255].map((value) => inputs[0]!.map(() => value));
      for (const input of [...inputs, ...extremes]) expect(await witnessOf(input)).not.to.equal(null);
    });
  });
}

async function prepared(example: ExampleModel): Promise<Example> {
  const { model, samples, bundle } = await prepareModel(example);
  const { input } = bundle.manifest(exampleManifest(model).files);
  return { model, sample: encodeInput(samples[0]!.features, input, { clamp: true }) };
}

async function privateTriage(): Promise<Example> {
  const { floatModel, inputEncoding, training, heldOut } = await triage.train();
  const { model } = compileModel(floatModel, {
    ...{ inputEncoding, output: triage.output, labels: triage.labels, hides: "inputAndOutput" },
    calibration: training.map(({ features }) => features),
    evaluation: { samples: heldOut.map(({ features }) => features), targets: heldOut.map(({ label }) => label) },
  });
  return { model, sample: encodeInput(heldOut[0]!.features, inputEncoding, { clamp: true }) };
}

/** The model with the first bias of a node one higher, and with some weight one nearer to zero, for each node that has them. */
function otherModels(model: IntegerModel): IntegerModel[] {
  return model.nodes.flatMap((node, k) => {
    const others: ModelNode[] = [];
    if ("bias" in node) others.push({ ...node, bias: node.bias.with(0, node.bias[0]! + 1) });
    if ("weights" in node) {
      const { weights } = node;
      const nonZero = [...weights.keys()].filter((i) => weights[i] !== 0);
      for (const part of [0.1, 0.3, 0.5, 0.7, 0.9]) {
        const at = nonZero[Math.floor(part * nonZero.length)]!;
        others.push({ ...node, weights: weights.with(at, weights[at]! - Math.sign(weights[at]!)) });
      }
    }
    return others.map((other) => ({ ...model, nodes: model.nodes.with(k, other) }));
  });
}
