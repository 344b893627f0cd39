import {
  answerOf,
  BN254_SCALAR_ORDER,
  circuitInputs,
  circuitLayout,
  elementCount,
  type Hiding,
  isRearranging,
  nodeShapes,
  publicSignals,
  Random,
  runNode,
  runReference,
  sourcesOf,
  type IntegerModel,
  type Trace,
} from "@verimesh/core";
import { type Case, deepRuns, KINDS, randomInput, randomModel } from "@verimesh/core/testing";
import { loadBackend, type Backend } from "@verimesh/executor";
import { disagreementOf, reportFault } from "@verimesh/executor/testing";
import { calculateWitness, checkWitness, findViolation, linkModel, readR1cs, readWitness } from "@verimesh/prover";
import { expect } from "chai";
import fc from "fast-check";
import { compileFamily, describeFamily, memberOf, type ShapeFamily } from "../helpers/shapeFamily.ts";

const FAMILIES = process.env["VERIMESH_DEEP"] ? 200 : 12;
const NETWORKS = deepRuns(140);
const BINDING = 2n ** 248n - 1n;
const SALT = BN254_SCALAR_ORDER - 12_345n;
const HIDINGS: readonly Hiding[] = ["nothing", "nothing", "input", "inputAndOutput"];

/** What all families together must have. */
const MAKES = [...KINDS, "words", "poseidon", "scores", "argmax", "topK", ...HIDINGS.map((hides) => `hides ${hides}`)];

/** Random models that together have every make, small enough for circom to compile in about a second each. */
function chooseFamilies(): IntegerModel[] {
  const chosen: IntegerModel[] = [];
  const missing = new Set(MAKES);
  for (let seed = 0; chosen.length < FAMILIES; seed++) {
    const hides = HIDINGS[seed % HIDINGS.length]!;
    const model = randomModel(seed, { maxNodes: 5, maxElements: 36, maxTableLength: 24, hides });
    const values = circuitLayout(model).privateSignals.reduce((total, { length }) => total + length, 0);
    const makes = describeFamily(model);
    const isNew = makes.filter((make) => missing.has(make)).length >= Math.min(3, missing.size);
    if (values > 200 || !isNew) continue;
    makes.forEach((make) => missing.delete(make));
    chosen.push(model);
  }
  return chosen;
}

const saltFor = ({ hides }: IntegerModel): bigint | undefined => (hides === "nothing" ? undefined : SALT);

/** The circuit of one model, and the witness that a run of it, or of another model, leads to. */
function linkedCircuit(family: ShapeFamily, model: IntegerModel) {
  return readR1cs(linkModel(family.circuit.r1cs, model, family.layout));
}

async function witnessOf(family: ShapeFamily, model: IntegerModel, trace: ReturnType<typeof runReference>) {
  const inputs = circuitInputs(model, trace, BINDING, saltFor(model));
  return readWitness(await calculateWitness(family.circuit.witnessCalculator, inputs));
}

interface Lie {
  readonly node: number;
  readonly element: number;
  readonly change: number;
}

/** What a prover has who changes one value and then computes on. */
function lyingRun(model: IntegerModel, input: Uint8Array, lie: Lie): Trace {
  const shapes = nodeShapes(model);
  const all: Int32Array[] = [Int32Array.from(input)];
  model.nodes.forEach((node, k) => {
    const sources = sourcesOf(node);
    const of = <T>(list: readonly T[]): T[] => sources.map((source) => list[source]!);
    const values = runNode(node, of(shapes), of(all));
    if (k === lie.node) values[lie.element]! += lie.change;
    all.push(values);
  });
  const values = model.nodes.map((node, k) => (isRearranging(node) ? null : all[k + 1]!));
  return { input, values, output: answerOf(model.output, all.at(-1)!) };
}

/** By the packing of its output, the witness calculator, or a constraint. */
async function isRefused(family: ShapeFamily, r1cs: ReturnType<typeof readR1cs>, trace: Trace): Promise<boolean> {
  try {
    return findViolation(r1cs, await witnessOf(family, family.base, trace)) !== null;
  } catch {
    return true;
  }
}

/** How circuit and reference differ; null if they do not. */
async function circuitFaultOf(family: ShapeFamily, { model, input }: Case): Promise<string | null> {
  const trace = runReference(model, input);
  const signals = publicSignals(model, trace, BINDING, saltFor(model));
  try {
    const witness = await witnessOf(family, model, trace);
    checkWitness(linkedCircuit(family, model), witness);
    const given = witness.slice(1, 1 + signals.length);
    return given.every((value, i) => value === signals[i])
      ? null
      : `public signals ${given.join()}, not ${signals.join()}`;
  } catch (error) {
    return String(error);
  }
}

describe("Agreement of reference, TensorFlow.js and circuit", () => {
  const families: ShapeFamily[] = [];
  let backends: Backend[];

  before(async function () {
    this.timeout(1_800_000);
    backends = [await loadBackend("wasm"), await loadBackend("cpu")];
    for (const model of chooseFamilies()) families.push(await compileFamily(model));
  });

  it("covers every kind of node, both input bindings, all answers and all that can be hidden", () => {
    expect(families.flatMap(({ base }) => describeFamily(base))).to.include.members(MAKES);
  });

  it(`is bit for bit on ${NETWORKS} random networks and inputs`, async function () {
    this.timeout(1_800_000);
    const networks = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.nat(FAMILIES - 1), fc.nat(), fc.nat(), async (index, weightSeed, inputSeed) => {
        const family = families[index]!;
        const model = memberOf(family, weightSeed);
        const found = { model, input: randomInput(inputSeed, model.inputShape) };
        const backendFault = (candidate: Case) => disagreementOf(candidate, backends);
        if ((await backendFault(found)) !== null) await reportFault(found, backendFault);
        if ((await circuitFaultOf(family, found)) !== null) {
          await reportFault(found, async (candidate) =>
            circuitFaultOf(await compileFamily(candidate.model), candidate),
          );
        }
        networks.add(`${index} ${weightSeed}`);
      }),
      // A seed says nothing; the model that it gave is shrunk instead.
      { numRuns: NETWORKS, endOnFailure: true },
    );
    expect(networks.size).to.be.greaterThan(NETWORKS / 2);
  });

  it("refuses a run in which one value of one node is off by one, though all that follows from it is right", async function () {
    this.timeout(600_000);
    const random = new Random(1);
    let tried = 0;
    for (const family of families) {
      const r1cs = linkedCircuit(family, family.base);
      const input = randomInput(tried, family.base.inputShape);
      const honest = runReference(family.base, input);
      expect(await isRefused(family, r1cs, honest), "an honest run").to.equal(false);
      for (const [k, values] of honest.values.entries()) {
        if (values === null) continue;
        for (const change of [1, -1]) {
          const lie = { node: k, element: random.integer(0, values.length - 1), change };
          expect(await isRefused(family, r1cs, lyingRun(family.base, input, lie)), JSON.stringify(lie)).to.equal(true);
          tried++;
        }
      }
    }
    expect(tried).to.be.greaterThan(4 * FAMILIES);
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
    const inputs = circuitInputs(family.base, trace, BINDING, saltFor(family.base));
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
