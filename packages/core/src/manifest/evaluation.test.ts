import { expect } from "chai";
import { expectError } from "../testing/expectError.ts";
import { MAX_EVALUATION_BYTES, parseEvaluation, serializeEvaluation } from "./evaluation.ts";

const inputs = [Uint8Array.of(1, 2, 3), Uint8Array.of(255, 0, 7)];
const set = { inputs, targets: [1, 4_000_000_000] };

describe("an evaluation file", () => {
  it("is refused if it is cut, too long, empty, or of something else", () => {
    const file = serializeEvaluation(set);
    for (let length = 0; length < file.length; length++) {
      expectError(() => parseEvaluation(file.subarray(0, length), 3), "EVALUATION_INVALID", /bytes/);
    }
    expectError(() => parseEvaluation(Uint8Array.of(...file, 0), 3), "EVALUATION_INVALID", /has 27 bytes/);
    expectError(() => parseEvaluation(file.with(0, 0), 3), "EVALUATION_INVALID", /VSE1/);
    expectError(() => parseEvaluation(file.with(4, 0), 3), "EVALUATION_INVALID", /0 samples/);
  });

  it("is refused if its samples are not the model's, or if it says to be enormous", () => {
    const file = serializeEvaluation(set);
    expectError(() => parseEvaluation(file, 4), "EVALUATION_INVALID", /have 3 bytes; the model takes 4/);
    const huge = file.slice();
    new DataView(huge.buffer).setUint32(4, 2 ** 32 - 1, true);
    expectError(() => parseEvaluation(huge, 3), "EVALUATION_INVALID", new RegExp(`at most ${MAX_EVALUATION_BYTES}`));
  });

  it("is not written of samples and targets that do not go together", () => {
    expectError(() => serializeEvaluation({ inputs, targets: [1] }), "EVALUATION_INVALID", /2 samples and 1 targets/);
    expectError(() => serializeEvaluation({ inputs, targets: [1, -1] }), "EVALUATION_INVALID", /Target 1 is -1/);
    expectError(() => serializeEvaluation({ inputs, targets: [0.5, 1] }), "EVALUATION_INVALID", /Target 0 is 0.5/);
    const uneven = [Uint8Array.of(1), Uint8Array.of(1, 2)];
    expectError(() => serializeEvaluation({ inputs: uneven, targets: [0, 0] }), "EVALUATION_INVALID", /Sample 1/);
    expectError(() => serializeEvaluation({ inputs: [], targets: [] }), "EVALUATION_INVALID", /0 samples/);
  });

  it("gives back what was written, wherever its bytes lie", () => {
    const file = serializeEvaluation(set);
    expect(file.length).to.equal(12 + 2 * (4 + 3));
    const shifted = new Uint8Array(file.length + 1);
    shifted.set(file, 1);
    expect(parseEvaluation(shifted.subarray(1), 3)).to.deep.equal(set);
  });
});
