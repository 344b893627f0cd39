import { type IntegerModel, isNonLinear, runReference } from "@verimesh/core";
import { deepRuns, randomInput, randomModel } from "@verimesh/core/testing";
import { expect } from "chai";
import { generateSkeleton } from "../../../compiler/src/skeleton/generateSkeleton.ts";
import { CircuitUnderTest } from "../helpers/CircuitUnderTest.ts";
import { compileModels } from "../helpers/compileModels.ts";
import { falseTrace } from "../helpers/forging/falseTrace.ts";
import { DIRECTIONS } from "../helpers/forging/Forgery.ts";
import { forgedWires, isFreeByDesign } from "../helpers/forging/freeByDesign.ts";
import { graphModels } from "../helpers/graphModels.ts";

const binding = 2n ** 247n + 99n;
const saltOf = ({ hides }: IntegerModel) => (hides === "nothing" ? undefined : 2n ** 250n + 7n);

const isDeep = process.env["VERIMESH_DEEP"] === "1";
/** Wires that a forger starts from: all of them in deep runs. */
const wireBudget = isDeep ? Infinity : 100;
/** Repairs there run through a whole hash, which has its own test. */
const isHashing = (name: string) => /Poseidon|chain\./.test(name);

const models: Readonly<Record<string, IntegerModel>> = {
  ...graphModels,
  ...Object.fromEntries(
    Array.from({ length: deepRuns(1) }, (_, seed) => [
      `random model ${seed}`,
      randomModel(seed, { maxElements: 16, maxTableLength: 40, hides: seed % 2 === 0 ? "nothing" : "inputAndOutput" }),
    ]),
  ),
};

describe("the linked circuit of a model", () => {
  let circuits: readonly CircuitUnderTest[];
  before(async function () {
    this.timeout(600_000);
    circuits = await compileModels(Object.values(models));
  });

  for (const [index, [name, model]] of Object.entries(models).entries()) {
    describe(name, () => {
      let circuit: CircuitUnderTest;
      const salt = saltOf(model);
      const inputs = [1, 2].map((seed) => randomInput(seed, model.inputShape));
      const honest = async (input: Uint8Array) =>
        (await circuit.witnessOf(model, runReference(model, input), binding, salt))!;
      before(() => {
        circuit = circuits[index]!;
      });

      it("accepts the reference's trace, of any input", async () => {
        const [zeros, full] = [0, 255].map((value) => inputs[0]!.map(() => value));
        for (const input of [zeros!, full!, ...inputs]) expect(await honest(input), input.join()).not.to.equal(null);
      });

      it("accepts no trace in which one value is another and all that follow from it are recomputed", async () => {
        for (const [source, values] of runReference(model, inputs[0]!).values.entries()) {
          const picks = values === null ? [] : [0, values.length - 1];
          for (const index of new Set(picks)) {
            for (const change of [1, -1]) {
              const trace = falseTrace(model, inputs[0]!, source + 1, index, change);
              const witness = trace && (await circuit.witnessOf(model, trace, binding, salt));
              expect(witness ?? null, `v_${source + 1}[${index}] ${change}`).to.equal(null);
            }
          }
        }
      });

      it("pins every wire: none can be changed alone", async () => {
        const witness = await honest(inputs[0]!);
        const free = circuit.freeWires(witness).filter((wire) => !isFreeByDesign(circuit, witness, wire));
        expect(free.map(({ wire }) => circuit.nameOf(wire))).to.deep.equal([]);
      });

      it("gives a forger no other values, even if he repairs all that a change breaks", async () => {
        const witness = await honest(inputs[1]!);
        const step = Math.max(1, Math.floor(witness.length / wireBudget));
        for (let wire = 1; wire < witness.length; wire += step) {
          if (circuit.isInput(wire) || (!isDeep && isHashing(circuit.nameOf(wire)))) continue;
          for (const direction of DIRECTIONS) {
            for (const value of [witness[wire]! + 1n, 1n - witness[wire]!]) {
              const forged = circuit.forge(witness, wire, value, direction);
              expect(forgedWires(circuit, witness, forged)).to.deep.equal([]);
            }
          }
        }
      });
    });
  }
});

describe("a skeleton with a hole", () => {
  it("is refused or found by a false trace: whichever non-linear node is tied to nothing", async () => {
    for (const [name, model] of Object.entries(graphModels)) {
      if (!isDeep && !name.startsWith("tables")) continue;
      for (const [k, node] of model.nodes.entries()) {
        if (isNonLinear(node)) expect(await findsHole(model, k + 1), `${k + 1}: ${node.kind}`).to.equal(true);
      }
    }
  });
});

/** Leaves the lines of a node out, and tries every false trace that changes one of its values. */
async function findsHole(model: IntegerModel, source: number): Promise<boolean> {
  const lines = generateSkeleton(model).split("\n");
  const start = lines.findIndex((line) => line.trim().startsWith(`// ${source}: `));
  const end = lines.indexOf("", start);
  const circuit = await CircuitUnderTest.ofModel(
    model,
    [...lines.slice(0, start), ...lines.slice(end)].join("\n"),
  ).catch((error: { code?: string }) => error.code);
  if (!(circuit instanceof CircuitUnderTest)) return circuit === "LAYOUT_MISMATCH" || circuit === "LINK_INVALID";
  const input = randomInput(5, model.inputShape);
  const length = runReference(model, input).values[source - 1]!.length;
  for (let index = 0; index < length; index++) {
    for (const change of [1, -1]) {
      const trace = falseTrace(model, input, source, index, change);
      if (trace !== null && (await circuit.witnessOf(model, trace, binding, saltOf(model))) !== null) return true;
    }
  }
  return false;
}
