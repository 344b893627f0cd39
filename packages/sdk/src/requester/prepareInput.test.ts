import { poseidonCommitment, packInput, VerimeshError } from "@verimesh/core";
import { assert } from "chai";
import { denseManifest } from "../../test/manifest.ts";
import { decodeAnswer } from "./decodeAnswer.ts";
import { prepareInput } from "./prepareInput.ts";

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof VerimeshError) return error.code;
    throw error;
  }
  return "nothing thrown";
}

describe("prepareInput", () => {
  const manifest = denseManifest(3, ["age", "amount", "term"]);

  it("refuses too few, too many, unnamed, missing, infinite and out-of-range values", () => {
    const wrong = [
      [1, 1],
      [1, 1, 1, 1],
      { age: 1 },
      { age: 1, amount: 1, term: 1, extra: 1 },
      [1, NaN, 1],
      [1, 1.1, 1],
    ];
    for (const values of wrong)
      assert.equal(
        codeOf(() => prepareInput(manifest, values as never)),
        "INPUT_INVALID",
      );
  });

  it("refuses encoded bytes of another length", () => {
    for (const length of [0, 2, 4]) {
      assert.equal(
        codeOf(() => prepareInput(manifest, new Uint8Array(length))),
        "INPUT_INVALID",
      );
    }
  });

  it("refuses a manifest whose own words do not fit its input", () => {
    const circuit = { ...manifest.circuit, inputWords: 2 };
    assert.equal(
      codeOf(() => prepareInput({ ...manifest, circuit }, [0, 0, 0])),
      "MANIFEST_MISMATCH",
    );
  });

  it("encodes named values, ordered values and bytes to the same words", () => {
    const byName = prepareInput(manifest, { term: 1, age: -1, amount: 0 });
    assert.deepEqual(byName.bytes, Uint8Array.of(0, 128, 255));
    assert.deepEqual(byName.inputWords, [0xff8000n]);
    assert.deepEqual(prepareInput(manifest, [-1, 0, 1]), byName);
    assert.deepEqual(prepareInput(manifest, Uint8Array.of(0, 128, 255)), byName);
    assert.deepEqual(prepareInput(manifest, Float32Array.of(-1, 0, 1)), byName);
  });

  it("commits to an input that is too large to be public, and keeps its own copy of the bytes", () => {
    const bytes = new Uint8Array(200).fill(7);
    const prepared = prepareInput(denseManifest(200), bytes);
    assert.deepEqual(prepared.inputWords, [poseidonCommitment(packInput(bytes))]);
    bytes.fill(8);
    assert.equal(prepared.bytes[0], 7);
  });
});

describe("decodeAnswer", () => {
  it("refuses words that do not fit the manifest, and names the class of those that do", () => {
    const manifest = denseManifest(3);
    assert.equal(
      codeOf(() => decodeAnswer(manifest, [2n])),
      "OUTPUT_INVALID",
    );
    assert.equal(
      codeOf(() => decodeAnswer(manifest, [])),
      "OUTPUT_INVALID",
    );
    assert.deepEqual(decodeAnswer(manifest, [1n]), { kind: "argmax", index: 1, label: "yes" });
  });
});
