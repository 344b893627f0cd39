import {
  type IntegerModel,
  outputPackingOf,
  outputWords,
  packOutputs,
  runReference,
  serializeWeights,
  VerimeshError,
} from "@verimesh/core";
import { exampleManifest, tinyDenseModel } from "@verimesh/core/testing";
import { assert } from "chai";
import { decodeAnswer } from "./decodeAnswer.ts";
import { openAnswer } from "./openAnswer.ts";
import { prepareInput } from "./prepareInput.ts";

const model: IntegerModel = { ...tinyDenseModel("scores"), hides: "inputAndOutput" };
const manifest = { ...exampleManifest(model), input: { shape: [3], scale: [1], offset: [0] } };
const store = { get: () => Promise.resolve(serializeWeights(model).weights) };

describe("openAnswer", () => {
  const input = prepareInput(manifest, [1, 200, 3]);
  const { salt } = input;
  const { output } = runReference(model, input.bytes);
  const words = outputWords(packOutputs(output, outputPackingOf(model)), { hides: model.hides, salt });

  async function codeOf(change: Partial<Parameters<typeof openAnswer>[0]>): Promise<string> {
    const opened = openAnswer({ manifest, input, outputWords: words, store, ...change });
    return opened.then(
      () => "nothing thrown",
      (error: unknown) => (error instanceof VerimeshError ? error.code : String(error)),
    );
  }

  it("refuses another input, another salt and another answer", async () => {
    assert.equal(await codeOf({ input: { ...input, bytes: Uint8Array.of(1, 201, 3) } }), "ANSWER_NOT_OPENED");
    assert.equal(await codeOf({ input: { ...input, salt: salt! ^ 1n } }), "ANSWER_NOT_OPENED");
    assert.equal(await codeOf({ outputWords: [words[0]! + 1n] }), "ANSWER_NOT_OPENED");
    assert.equal(await codeOf({ outputWords: [...words, 0n] }), "ANSWER_NOT_OPENED");
    assert.equal(await codeOf({ input: { bytes: input.bytes } }), "SALT_INVALID");
  });

  it("gives the answer to who has input and salt, which the words alone do not", async () => {
    const answer = await openAnswer({ manifest, input, outputWords: words, store });
    assert.deepEqual(answer.kind === "scores" && answer.integers, [...output]);
    assert.throws(() => decodeAnswer(manifest, words), /hides its answers/);
  });

  it("has another commitment for each request, though the input is the same", () => {
    const again = prepareInput(manifest, [1, 200, 3]);
    assert.notEqual(again.salt, salt);
    assert.notDeepEqual(again.inputWords, input.inputWords);
    assert.deepEqual(prepareInput(manifest, [1, 200, 3], { salt }).inputWords, input.inputWords);
  });
});
