import { expect } from "chai";
import { exampleManifest } from "../testing/exampleManifest.ts";
import { expectError } from "../testing/expectError.ts";
import { tinyConvModel, tinyDenseModel } from "../testing/smallModels.ts";
import { checkManifestFits } from "./checkManifestFits.ts";
import { MAX_MANIFEST_BYTES, parseManifest, serializeManifest } from "./parseManifest.ts";

const text = (document: unknown) => new TextEncoder().encode(JSON.stringify(document));

describe("parseManifest", () => {
  const manifest = exampleManifest(tinyConvModel());

  it("refuses what is not dag-json, and what is too large, before parsing it", () => {
    expectError(() => parseManifest(new TextEncoder().encode("{")), "MANIFEST_INVALID", /not dag-json/);
    expectError(() => parseManifest(new Uint8Array()), "MANIFEST_INVALID", /not dag-json/);
    expectError(() => parseManifest(new Uint8Array(MAX_MANIFEST_BYTES + 1)), "MANIFEST_INVALID", /at most 4194304/);
  });

  const changes: [string, object, RegExp][] = [
    ["another format", { format: "verimesh-manifest/2" }, /format/],
    ["an unknown field", { extra: 1 }, /extra/],
    ["a CID that is none", { files: { ...manifest.files, weights: "../../etc/passwd" } }, /CIDv1[\s\S]*files.weights/],
    ["an accuracy above 1", { accuracy: { float: 1.5, integer: 1, samples: 1 } }, /accuracy.float/],
    ["a scale of zero", { input: { ...manifest.input, scale: [0] } }, /input.scale/],
    [
      "a scale per element that misses one",
      { input: { ...manifest.input, scale: [1, 1] } },
      /2 entries.\nExpected 9, or 1/,
    ],
    ["names given twice", { input: { ...manifest.input, names: new Array(9).fill("a") } }, /name twice/],
    ["an input of another size", { input: { ...manifest.input, shape: [8] } }, /8 elements/],
    ["an output of another kind", { output: { ...manifest.output, kind: "argmax" } }, /answers scores/],
    ["five input words", { circuit: { ...manifest.circuit, inputWords: 5 } }, /inputWords/],
    [
      "an unknown layer",
      { architecture: { ...manifest.architecture, layers: [{ kind: "lstm", name: "l" }] } },
      /layers\[0\]/,
    ],
    ["a set-up of no kind", { setup: { kind: "trust-me" } }, /setup/],
    ["nothing but a list", [], /Invalid input|expected object/],
  ];
  for (const [name, change, message] of changes) {
    it(`refuses ${name}`, () => {
      const document = Array.isArray(change) ? change : { ...manifest, ...change };
      expectError(() => parseManifest(text(document)), "MANIFEST_INVALID", message);
    });
  }

  it("gives back what was written, and the same bytes each time", () => {
    const labelled = { ...manifest, output: { ...manifest.output, scale: 0.125, labels: ["a", "b"] } };
    const bytes = serializeManifest(labelled);
    expect(parseManifest(bytes)).to.deep.equal(labelled);
    expect(serializeManifest({ ...labelled, input: { ...labelled.input, names: undefined } })).to.deep.equal(bytes);
  });
});

describe("checkManifestFits", () => {
  it("refuses a manifest that misstates how answers are packed", () => {
    const model = tinyDenseModel("scores");
    const manifest = exampleManifest(model);
    checkManifestFits(manifest, model);
    const offset = { ...manifest, output: { ...manifest.output, offset: manifest.output.offset + 1 } };
    expectError(() => checkManifestFits(offset, model), "MANIFEST_MISMATCH", /output.offset/);
    const words = { ...manifest, circuit: { ...manifest.circuit, inputWords: 2 } };
    expectError(() => checkManifestFits(words, model), "MANIFEST_MISMATCH", /circuit.inputWords/);
    const labels = { ...manifest, output: { ...manifest.output, labels: ["only one"] } };
    expectError(() => checkManifestFits(labels, model), "MANIFEST_MISMATCH", /output.labels/);
  });
});
