import { expect } from "chai";
import { BN254_SCALAR_ORDER } from "../constants.ts";
import { elementCount } from "../model/shapes.ts";
import { runReference } from "../model/runReference.ts";
import { expectError } from "../testing/expectError.ts";
import { randomInput, randomModel } from "../testing/randomModel.ts";
import { tinyDenseModel } from "../testing/smallModels.ts";
import { circuitInputs, publicSignals } from "./circuitInputs.ts";
import { jobBinding } from "./jobBinding.ts";
import { circuitLayout } from "./layout.ts";
import { linearConstraints } from "./linearConstraints.ts";
import type { IntegerModel } from "../model/types.ts";

const market = `0x${"11".repeat(20)}`;
const provider = `0x${"22".repeat(20)}`;

/** The wires as the circuit numbers them, and the residue of every linear constraint on them. */
function residues(model: IntegerModel, disturbWire?: number): bigint[] {
  const trace = runReference(model, randomInput(5, model.inputShape));
  const inputs = circuitInputs(model, trace, 1n);
  const layout = circuitLayout(model);
  const wires = [1n, ...publicSignals(model, trace, 1n)];
  for (const { name, length, firstWire } of layout.privateSignals) {
    expect(wires.length).to.equal(firstWire);
    const values = inputs[name] as readonly bigint[];
    expect(values.length).to.equal(length);
    wires.push(...values);
  }
  if (disturbWire !== undefined) wires[disturbWire]! += 1n;
  return [...linearConstraints(model, layout)].map(({ wires: terms, coefficients, constant, accumulatorWire }) => {
    const sum = terms.reduce((total, wire, i) => total + BigInt(coefficients[i]!) * wires[wire]!, BigInt(constant));
    return (sum - wires[accumulatorWire]!) % BN254_SCALAR_ORDER;
  });
}

describe("linearConstraints", () => {
  it("hold on the run of 200 random networks, one per accumulator", () => {
    for (let seed = 0; seed < 200; seed++) {
      const model = randomModel(seed);
      const values = residues(model);
      const accumulators = circuitLayout(model).privateSignals.filter(({ name }) => name.startsWith("acc_"));
      expect(values.length).to.equal(accumulators.reduce((total, { length }) => total + length, 0));
      expect(
        values.every((value) => value === 0n),
        `seed ${seed}`,
      ).to.equal(true);
    }
  });

  it("fail when any accumulator is off by one", () => {
    const model = randomModel(12);
    for (const { name, firstWire, length } of circuitLayout(model).privateSignals) {
      if (!name.startsWith("acc_")) continue;
      for (let i = 0; i < length; i++)
        expect(residues(model, firstWire + i).some((value) => value !== 0n)).to.equal(true);
    }
  });
});

describe("circuitLayout", () => {
  it("numbers outputs, public inputs, then private inputs in declaration order", () => {
    expect(circuitLayout(tinyDenseModel())).to.deep.equal({
      outputWords: 1,
      inputWords: 1,
      inputBinding: "words",
      privateSignals: [
        { name: "x", length: 3, firstWire: 4 },
        { name: "acc_0", length: 2, firstWire: 7 },
        { name: "act_0", length: 2, firstWire: 9 },
        { name: "acc_1", length: 2, firstWire: 11 },
      ],
    });
  });

  it("commits to an input that does not fit 4 words", () => {
    const model = (size: number): IntegerModel => ({
      format: "verimesh-integer-model/1",
      inputShape: [size],
      layers: [
        {
          kind: "dense",
          name: "d",
          inputs: size,
          units: 1,
          weights: new Int8Array(size),
          bias: new Int32Array(1),
          requantization: null,
        },
      ],
      output: "scores",
    });
    expect(circuitLayout(model(124))).to.include({ inputBinding: "words", inputWords: 4 });
    expect(circuitLayout(model(125))).to.include({ inputBinding: "poseidon", inputWords: 1 });
    expect(elementCount(model(125).inputShape)).to.equal(125);
  });
});

describe("jobBinding", () => {
  it("refuses a malformed address", () => {
    expectError(
      () => jobBinding({ chainId: 1, market: "0x12", jobId: 1n, provider }),
      "BINDING_INVALID",
      /market "0x12"/,
    );
    expectError(() => jobBinding({ chainId: 1, market, jobId: -1n, provider }), "BINDING_INVALID", /job id/);
  });

  it("equals Solidity's for a known job, and changes with each of its parts", () => {
    const job = { chainId: 31337, market, jobId: 7n, provider };
    const binding = jobBinding(job);
    // uint256(keccak256(abi.encode(31337, market, 7, provider))) >> 8
    expect(binding).to.equal(190923681829128972107610098356452641744183357085442195791426304749549135504n);
    const others = [{ chainId: 1 }, { jobId: 8n }, { market: provider }, { provider: market }];
    for (const change of others) expect(jobBinding({ ...job, ...change })).to.not.equal(binding);
  });
});
