import { expect } from "chai";
import { BN254_SCALAR_ORDER } from "../constants.ts";
import { inputWords, packInput, poseidonCommitment } from "../encoding/packInput.ts";
import { poseidon } from "../encoding/poseidon.ts";
import { outputPackingOf, packOutputs } from "../encoding/packOutputs.ts";
import { runReference } from "../model/runReference.ts";
import { expectError } from "../testing/expectError.ts";
import { tinyConvModel, tinyDenseModel } from "../testing/smallModels.ts";
import { circuitInputs, publicSignals } from "./circuitInputs.ts";

describe("circuitInputs", () => {
  const input = Uint8Array.of(10, 20, 2);
  const open = tinyDenseModel("scores");
  const hidden = { ...open, hides: "inputAndOutput" } as const;
  const trace = runReference(open, input);

  it("refuse a salt that is missing, surplus or no field element", () => {
    expectError(() => circuitInputs(hidden, trace, 1n), "SALT_INVALID", /missing/);
    expectError(() => publicSignals(hidden, trace, 1n), "SALT_INVALID", /missing/);
    expectError(() => circuitInputs(open, trace, 1n, 5n), "SALT_INVALID", /takes no salt/);
    expectError(() => circuitInputs(hidden, trace, 1n, BN254_SCALAR_ORDER), "SALT_INVALID", /not a field element/);
    expectError(() => circuitInputs(hidden, trace, 1n, -1n), "SALT_INVALID", /not a field element/);
  });

  it("hold every value that is not rearranged, negative ones below the field order", () => {
    expect(circuitInputs(open, trace, 9n)).to.deep.equal({
      inputWords: packInput(input),
      binding: 9n,
      x: [10n, 20n, 2n],
      v_1: [67n, 64n],
      v_2: [34n, 8n],
      v_3: [49n, BN254_SCALAR_ORDER - 26n],
    });
    const conv = tinyConvModel();
    expect(circuitInputs(conv, runReference(conv, new Uint8Array(9)), 9n)).to.not.have.property("v_3");
  });

  it("commit to input and output under different salts where the model hides them", () => {
    const packed = packOutputs(trace.output, outputPackingOf(open));
    expect(publicSignals(open, trace, 9n)).to.deep.equal([...packed, ...packInput(input), 9n]);
    const commitment = poseidonCommitment([...packInput(input), 77n]);
    expect(publicSignals({ ...open, hides: "input" }, trace, 9n, 77n)).to.deep.equal([...packed, commitment, 9n]);
    const output = poseidonCommitment([...packed, poseidon([77n, 1n])]);
    expect(publicSignals(hidden, trace, 9n, 77n)).to.deep.equal([output, commitment, 9n]);
    expect(circuitInputs(hidden, trace, 9n, 77n)).to.deep.include({ inputWords: [commitment], salt: [77n] });
    expect(inputWords(input, { hides: "input", salt: 78n })).to.not.deep.equal([commitment]);
  });
});
