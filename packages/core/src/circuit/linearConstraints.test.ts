import { expect } from "chai";
import { BN254_SCALAR_ORDER } from "../constants.ts";
import { isLinear } from "../model/node.ts";
import { runReference } from "../model/runReference.ts";
import { elementCount } from "../model/shapes.ts";
import { nodeShapes } from "../model/graph.ts";
import type { IntegerModel } from "../model/types.ts";
import { deepRuns } from "../testing/deepRuns.ts";
import { randomInput, randomModel } from "../testing/randomModel.ts";
import { dense, tinyDenseModel } from "../testing/smallModels.ts";
import type { LinearConstraint } from "./types.ts";
import { circuitInputs, publicSignals } from "./circuitInputs.ts";
import { circuitLayout, signalOf } from "./layout.ts";
import { linearConstraints } from "./linearConstraints.ts";

const SALT = 123456789n;

/** All wires as the circuit numbers them. */
function wiresOf(model: IntegerModel, seed: number): bigint[] {
  const trace = runReference(model, randomInput(seed, model.inputShape));
  const salt = model.hides === "nothing" ? undefined : SALT;
  const inputs = circuitInputs(model, trace, 1n, salt);
  const wires = [1n, ...publicSignals(model, trace, 1n, salt)];
  for (const { name, length, firstWire } of circuitLayout(model).privateSignals) {
    expect(wires.length).to.equal(firstWire);
    const values = inputs[name] as readonly bigint[];
    expect(values.length).to.equal(length);
    wires.push(...values);
  }
  return wires;
}

/** What is left of every linear constraint: 0 where it holds. */
function residues(model: IntegerModel, wires: readonly bigint[]): bigint[] {
  return [...linearConstraints(model)].map(({ wires: terms, coefficients, constant, accumulatorWire }) => {
    const sum = terms.reduce((total, wire, i) => total + BigInt(coefficients[i]!) * wires[wire]!, BigInt(constant));
    return (sum - wires[accumulatorWire]!) % BN254_SCALAR_ORDER;
  });
}

describe("linearConstraints", () => {
  it("hold on the run of random networks, one per value of a linear node, in wire order", () => {
    for (let seed = 0; seed < deepRuns(200); seed++) {
      const model = randomModel(seed, { hides: seed % 3 === 0 ? "input" : "nothing" });
      const values = residues(model, wiresOf(model, seed));
      const shapes = nodeShapes(model);
      const linear = model.nodes.flatMap((node, k) => (isLinear(node) ? [elementCount(shapes[k + 1]!)] : []));
      expect(values.length).to.equal(linear.reduce((sum, count) => sum + count, 0));
      expect(
        values.every((value) => value === 0n),
        `seed ${seed}`,
      ).to.equal(true);
      const order = [...linearConstraints(model)].map(({ accumulatorWire }) => accumulatorWire);
      expect(order).to.deep.equal(order.toSorted((a, b) => a - b));
    }
  });

  it("fail when any value of a linear node is off by one", () => {
    for (let seed = 0; seed < 20; seed++) {
      const model = randomModel(seed);
      const wires = wiresOf(model, seed);
      for (const { accumulatorWire } of linearConstraints(model)) {
        const forged = wires.with(accumulatorWire, wires[accumulatorWire]! + 1n);
        expect(
          residues(model, forged).some((value) => value !== 0n),
          `wire ${accumulatorWire}`,
        ).to.equal(true);
      }
    }
  });

  it("make one term of a wire that a rearrangement names twice, and a constant of what it pads", () => {
    const model: IntegerModel = {
      ...tinyDenseModel("scores"),
      nodes: [
        { kind: "gather", name: "twice", source: 0, indices: Int32Array.of(2, 0, 2), shape: [3] },
        { kind: "pad", name: "padded", source: 1, before: [0], after: [1], value: -7 },
        dense(
          "sum",
          2,
          [
            [1, 5],
            [10, 0],
            [100, -5],
            [50, 3],
          ],
          [4, 0],
        ),
      ],
    };
    const layout = circuitLayout(model);
    const x = signalOf(layout, "x").firstWire;
    const v = signalOf(layout, "v_3").firstWire;
    const rows = [...linearConstraints(model, layout)].map((row) => ({
      ...row,
      wires: [...row.wires],
      coefficients: [...row.coefficients],
    }));
    expect(rows).to.deep.equal([
      { accumulatorWire: v, wires: [x + 2, x], coefficients: [101, 10], constant: 4 - 350 },
      // 5 and −5 of one wire are nothing.
      { accumulatorWire: v + 1, wires: [], coefficients: [], constant: -21 },
    ]);
  });

  it("stay as they are when the next one is drawn", () => {
    const drawn = linearConstraints(tinyDenseModel());
    const first = drawn.next().value as LinearConstraint;
    const coefficients = [...first.coefficients];
    drawn.next();
    expect([...first.coefficients]).to.deep.equal(coefficients);
  });
});
