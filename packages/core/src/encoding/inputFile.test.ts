import { expect } from "chai";
import { BN254_SCALAR_ORDER } from "../constants.ts";
import { expectError } from "../testing/expectError.ts";
import { inputFileLength, readInputFile, writeInputFile } from "./inputFile.ts";

const bytes = Uint8Array.of(1, 2, 255);

describe("readInputFile", () => {
  it("refuses a file of another length, with and without a salt", () => {
    for (const length of [0, 2, 4]) {
      expectError(
        () => readInputFile(new Uint8Array(length), 3, "nothing"),
        "INPUT_INVALID",
        /has \d bytes; expected 3/,
      );
    }
    for (const length of [3, 34, 36]) {
      expectError(() => readInputFile(new Uint8Array(length), 3, "input"), "INPUT_INVALID", /bytes; expected 35/);
    }
  });

  it("refuses a salt that is no field element", () => {
    const file = writeInputFile({ bytes, salt: BN254_SCALAR_ORDER });
    expectError(() => readInputFile(file, 3, "inputAndOutput"), "INPUT_INVALID", /no field element/);
  });

  it("reads what was written, the salt's most significant byte first", () => {
    expect(readInputFile(writeInputFile({ bytes }), 3, "nothing")).to.deep.equal({ bytes });
    for (const salt of [0n, 258n, BN254_SCALAR_ORDER - 1n]) {
      const file = writeInputFile({ bytes, salt });
      expect(file.length).to.equal(inputFileLength(3, "input"));
      expect(readInputFile(file, 3, "input")).to.deep.equal({ bytes, salt });
    }
    expect([...writeInputFile({ bytes, salt: 258n }).slice(-3)]).to.deep.equal([0, 1, 2]);
  });
});
