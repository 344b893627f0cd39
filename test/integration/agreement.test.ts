import {
  BN254_SCALAR_ORDER,
  circuitInputs,
  circuitLayout,
  elementCount,
  linearConstraints,
  publicSignals,
  runReference,
  type IntegerModel,
} from "@verimesh/core";
import { deepRuns, randomInput, randomModel } from "@verimesh/core/testing";
import { createExecutor, loadBackend, type Backend } from "@verimesh/executor";
import { calculateWitness, checkWitness, findViolation, linkWeights, readR1cs, readWitness } from "@verimesh/prover";
import { expect } from "chai";
import fc from "fast-check";
import { compileFamily, describeFamily, memberOf, type ShapeFamily } from "../helpers/shapeFamily.ts";

const FAMILIES = 14;
const NETWORKS = deepRuns(224);
const BINDING = 2n ** 248n - 1n;

/** Random models of different make-up, small enough for circom to compile in about a second each. */
function chooseFamilies(): IntegerModel[] {
  const chosen = new Map<string, IntegerModel>();
  for (let seed = 0; chosen.size < FAMILIES && seed < 2000; seed++) {
    const model = randomModel(seed, { maxLayers: 3, maxSide: seed % 7 === 0 ? 9 : 5, maxChannels: 4 });
    const neurons = circuitLayout(model).privateSignals.reduce((total, { length }) => total + length, 0);
    if (neurons <= 180 && !chosen.has(describeFamily(model))) chosen.set(describeFamily(model), model);
  }
  return [...chosen.values()];
}

/** The circuit of one model, and the witness that a run of it, or of another model, leads to. */
function linkedCircuit(family: ShapeFamily, model: IntegerModel) {
  return readR1cs(linkWeights(family.circuit.r1cs, linearConstraints(model, family.layout)));
}

async function witnessOf(family: ShapeFamily, model: IntegerModel, trace: ReturnType<typeof runReference>) {
  return readWitness(await calculateWitness(family.circuit.witnessCalculator, circuitInputs(model, trace, BINDING)));
}

describe("Agreement of reference, TensorFlow.js and circuit", () => {
  const families: ShapeFamily[] = [];
  let wasm: Backend;
  let cpu: Backend;

  before(async function () {
    this.timeout(600_000);
    wasm = await loadBackend("wasm");
    cpu = await loadBackend("cpu");
    for (const model of chooseFamilies()) families.push(await compileFamily(model));
  });

  it("covers dense, convolution and pooling, both input bindings and both outputs", () => {
    const all = families.map(({ base }) => describeFamily(base)).join("; ");
    expect(families).to.have.length(FAMILIES);
    for (const part of ["dense", "conv2d", "averagePool2d", "words", "poseidon", "scores", "argmax"]) {
      expect(all).to.include(part);
    }
  });

  it(`is bit for bit on ${NETWORKS} random networks and inputs`, async function () {
    this.timeout(600_000);
    const networks = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.nat(FAMILIES - 1), fc.nat(), fc.nat(), async (index, weightSeed, inputSeed) => {
        const family = families[index]!;
        const model = memberOf(family, weightSeed);
        const input = randomInput(inputSeed, model.inputShape);
        const expected = runReference(model, input);
        for (const backend of [wasm, cpu]) {
          const executor = await createExecutor(model, backend);
          expect(await executor.run(input), backend.name).to.deep.equal(expected);
          await executor.dispose();
        }
        const witness = await witnessOf(family, model, expected);
        checkWitness(linkedCircuit(family, model), witness);
        const signals = publicSignals(model, expected, BINDING);
        expect(witness.slice(1, 1 + signals.length)).to.deep.equal(signals);
        networks.add(`${index} ${weightSeed}`);
      }),
      { numRuns: NETWORKS },
    );
    expect(networks.size).to.be.greaterThan(200);
  });

  it("refuses the witness of another model of the same shape", async function () {
    this.timeout(120_000);
    let refused = 0;
    for (const family of families) {
      const r1cs = linkedCircuit(family, family.base);
      for (let seed = 1; seed <= 3; seed++) {
        const other = memberOf(family, seed);
        const trace = runReference(other, randomInput(seed + 100, other.inputShape));
        const honest = runReference(family.base, trace.input);
        const same = trace.accumulators.every((acc, k) =>
          acc.every((value, i) => value === honest.accumulators[k]![i]),
        );
        const violation = findViolation(r1cs, await witnessOf(family, other, trace));
        expect(violation === null).to.equal(same);
        if (!same) refused++;
      }
    }
    expect(refused).to.be.greaterThan(FAMILIES);
  });

  it("refuses a witness in which any one wire is changed", async function () {
    this.timeout(300_000);
    const size = ({ circuit }: ShapeFamily) => readR1cs(circuit.r1cs).constraints;
    const small = families.filter((family) => size(family) < 600).sort((a, b) => size(b) - size(a));
    expect(small).to.have.length.at.least(3);
    for (const family of small.slice(0, 3)) {
      const r1cs = linkedCircuit(family, family.base);
      const witness = await witnessOf(
        family,
        family.base,
        runReference(family.base, randomInput(9, family.base.inputShape)),
      );
      const names = wireNames(family.circuit.symbols);
      for (let wire = 0; wire < witness.length; wire++) {
        const isRefused = [1n, BN254_SCALAR_ORDER - 1n, 2n ** 230n + 7n].every((change) => {
          const forged = witness.with(wire, (witness[wire]! + change) % BN254_SCALAR_ORDER);
          return findViolation(r1cs, forged) !== null;
        });
        if (isRefused) continue;
        // Free where nothing exceeds the clamp: it is multiplied by zero there, and nothing else reads it.
        expect(names.get(wire), `wire ${wire}`).to.match(/\.factor$/);
      }
    }
  });

  it("refuses an input that is not bytes, though its packed words are the same", async () => {
    const family = families.find(({ base }) => elementCount(base.inputShape) >= 2)!;
    const trace = runReference(family.base, new Uint8Array(elementCount(family.base.inputShape)));
    const inputs = circuitInputs(family.base, trace, BINDING);
    // 256 in byte 0 weighs as much as 1 in byte 1.
    const x = [...(inputs["x"] as bigint[])];
    x[0] = 256n;
    x[1] = BN254_SCALAR_ORDER - 1n;
    const calculated = await calculateWitness(family.circuit.witnessCalculator, { ...inputs, x }).catch(
      (error: unknown) => error,
    );
    expect(calculated).to.be.instanceOf(Error);
  });
});

function wireNames(symbols: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of symbols.split("\n")) {
    const [, wire, , name] = line.split(",");
    if (name !== undefined && Number(wire) >= 0) names.set(Number(wire), name);
  }
  return names;
}
