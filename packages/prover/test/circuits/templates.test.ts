import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { modR } from "../../src/binary/fieldElements.ts";
import { circuitsDirectory } from "../../src/index.ts";
import type { CircuitUnderTest } from "../helpers/CircuitUnderTest.ts";
import { compileInstances } from "../helpers/compileInstances.ts";
import { forgedWires, isFreeByDesign } from "../helpers/forging/freeByDesign.ts";
import { instances } from "../helpers/instances/index.ts";

const baselinePath = join(circuitsDirectory(), "constraints.json");
const update = process.env["UPDATE_BASELINES"] === "1";
const baseline = JSON.parse(readFileSync(baselinePath, "utf8")) as Record<string, number>;
const measured: Record<string, number> = {};

describe("circuit templates", () => {
  let circuits: readonly CircuitUnderTest[];
  before(async () => {
    circuits = await compileInstances(instances);
  });

  for (const [index, instance] of instances.entries()) {
    describe(instance.name, () => {
      let circuit: CircuitUnderTest;
      before(() => {
        circuit = circuits[index]!;
        measured[instance.name] = circuit.r1cs.constraints;
      });

      it("agrees with the reference, at the edges of its ranges too", async () => {
        for (const { inputs, outputs } of instance.cases) {
          const witness = await circuit.witness(inputs);
          expect(witness.slice(1, 1 + outputs.length), JSON.stringify(inputs, text)).to.deep.equal(outputs.map(modR));
          expect(circuit.isSatisfied(witness)).to.equal(true);
        }
      });

      it("pins every wire: none can be changed alone, but an input to one with the same outputs", async () => {
        for (const { inputs } of instance.cases) {
          const witness = await circuit.witness(inputs);
          for (const { wire, other } of circuit.freeWires(witness)) {
            if (!circuit.isInput(wire)) {
              expect(isFreeByDesign(circuit, witness, { wire, other }), circuit.nameOf(wire)).to.equal(true);
              continue;
            }
            for (const value of other === "any" ? otherValues(witness[wire]!) : [other]) {
              expect(await circuit.isTrue(witness.with(wire, value)), circuit.nameOf(wire)).to.equal(true);
            }
          }
        }
      });

      it("gives a forger no other output, even if he repairs all that a change breaks", async () => {
        for (const { inputs } of instance.cases) {
          const witness = await circuit.witness(inputs);
          // Every wire; of a long chain, where a repair runs through all of it, every so many.
          const step = Math.ceil(witness.length / 300) ** 4;
          for (let wire = 1; wire < witness.length; wire += step) {
            if (circuit.isInput(wire)) continue;
            for (const value of [witness[wire]! + 1n, witness[wire]! - 1n, 1n - witness[wire]!]) {
              for (const direction of ["backward", "loosest"] as const) {
                const forged = circuit.forge(witness, wire, value, direction);
                expect(forgedWires(circuit, witness, forged)).to.deep.equal([]);
              }
            }
          }
        }
      });

      it("has as many constraints as circuits/constraints.json says", () => {
        if (update) return;
        expect(measured[instance.name], "if this is meant: UPDATE_BASELINES=1 mocha").to.equal(baseline[instance.name]);
      });
    });
  }

  it("have a baseline each, and there is no other", () => {
    if (!update) expect(Object.keys(baseline)).to.deep.equal(instances.map(({ name }) => name));
  });

  after(() => {
    if (update) writeFileSync(baselinePath, `${JSON.stringify(measured, null, 2)}\n`);
  });
});

function otherValues(value: bigint): bigint[] {
  return [value + 1n, value - 1n, 1n - value, BigInt(`0x${randomBytes(31).toString("hex")}`)]
    .map(modR)
    .filter((other) => other !== value);
}

function text(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
